/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "service.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <gst/gst.h>
#include <vitals-sandbox.h>

/* Serves until it is killed. */
static void
serve (gint out)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  VitalsSandbox *sandbox;
  const gchar *url;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  gst_init (NULL, NULL);
  sandbox = vitals_sandbox_new (&options, NULL);
  if (!sandbox)
    _exit (1);
  url = vitals_sandbox_get_url (sandbox);
  if (write (out, url, strlen (url)) < 0)
    _exit (1);
  close (out);
  for (;;)
    pause ();
}

gboolean
service_start (Service * service)
{
  gsize size = 0;
  gssize more;
  gint ends[2];

  if (pipe (ends) != 0)
    return FALSE;
  service->pid = fork ();
  if (service->pid < 0)
    return FALSE;
  if (service->pid == 0) {
    close (ends[0]);
    serve (ends[1]);
  }
  close (ends[1]);
  while (size < sizeof (service->url) - 1 && (more = read (ends[0],
              service->url + size, sizeof (service->url) - 1 - size)) > 0)
    size += more;
  service->url[size] = '\0';
  close (ends[0]);
  return size > 0;
}

void
service_stop (Service * service)
{
  kill (service->pid, SIGKILL);
  waitpid (service->pid, NULL, 0);
}
