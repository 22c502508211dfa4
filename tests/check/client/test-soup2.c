/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that is linked to libsoup 2: it is told of the clash, and lives.
 * No gstcheck here, so that the process is as plain as an application. */

#include <string.h>
#include <libsoup/soup.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/vitals.h>

int
main (void)
{
  GError *error = NULL;

  /* really in the process */
  g_print ("libsoup %u.%u\n", soup_get_major_version (),
      soup_get_minor_version ());
  g_assert_cmpuint (soup_get_major_version (), ==, 2);

  g_assert_false (vitals_network_prepare (FALSE, &error));
  g_assert_error (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "libsoup 2"));
  g_print ("%s\n", error->message);
  g_error_free (error);
  return 0;
}
