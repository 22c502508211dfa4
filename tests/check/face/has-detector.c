/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "has-detector.h"

#include <sys/wait.h>
#include <unistd.h>
#include <vitals/face/vitals-face-detector-private.h>

static int
look (void)
{
  VitalsFaceDetectorConfig config = { NULL, NULL };
  GError *error = NULL;

  if (vitals_face_detector_new (&config, &error))
    return 0;
  g_print ("skipped: %s\n", error->message);
  return 1;
}

/* In a process of its own: threads that OpenCV makes here would not be in the
 * processes that the tests are forked into. */
gboolean
has_detector (void)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    _exit (look ());
  if (child < 0 || waitpid (child, &status, 0) != child)
    g_error ("there is no process to look for a detector in");
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}
