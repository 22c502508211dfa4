/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>

#include "gstcircadifydec.h"
#include "gstcircadifyenc.h"
#include "gstcircadifysink.h"
#include "gstfacetracker.h"
#include "gstrppg.h"
#include "gstvitallenssink.h"
#include "gstvitalssynthetic.h"
#include "gstvitalstestsrc.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean registered = FALSE;

  gst_vitals_synthetic_register ();
  registered |= GST_ELEMENT_REGISTER (circadifydec, plugin);
  registered |= GST_ELEMENT_REGISTER (circadifyenc, plugin);
  registered |= GST_ELEMENT_REGISTER (circadifysink, plugin);
  registered |= GST_ELEMENT_REGISTER (facetracker, plugin);
  registered |= GST_ELEMENT_REGISTER (rppg, plugin);
  registered |= GST_ELEMENT_REGISTER (vitallenssink, plugin);
  registered |= GST_ELEMENT_REGISTER (vitalstestsrc, plugin);
  return registered;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vitals,
    "Vital signs from a camera", plugin_init, VERSION, "LGPL", PACKAGE,
    VITALS_ORIGIN)
