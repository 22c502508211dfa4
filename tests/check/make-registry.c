/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes the registry of the tests, with the plugin of this build in it. */

#include <gst/gst.h>

int
main (int argc, char **argv)
{
  GstElementFactory *factory;

  gst_init (&argc, &argv);
  factory = gst_element_factory_find ("circadifysink");
  if (!factory) {
    g_printerr ("the plugin of this build cannot be loaded\n");
    return 1;
  }
  gst_object_unref (factory);
  return 0;
}
