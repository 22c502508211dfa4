/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalspipes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <glib/gstdio.h>

gint
gst_vitals_pipe_open (const gchar * location, gint flags)
{
  gint fd = g_open (location, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK
      | flags, 0600);
  gint now = fd < 0 ? -1 : fcntl (fd, F_GETFL);

  if (now >= 0)
    fcntl (fd, F_SETFL, now & ~O_NONBLOCK);
  return fd;
}

void
gst_vitals_pipe_set_error (GError ** error, gint failure)
{
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      failure == ENXIO || failure == EPIPE ? "a pipe that nobody reads"
      : g_strerror (failure));
}

static gboolean
is_pending (void)
{
  sigset_t pending;

  return sigpending (&pending) == 0 && sigismember (&pending, SIGPIPE);
}

void
gst_vitals_pipe_guard_begin (GstVitalsPipeGuard * guard)
{
  sigset_t pipe;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  guard->was_pending = is_pending ();
  pthread_sigmask (SIG_BLOCK, &pipe, &guard->before);
}

/* What a write here has raised is taken away, and nothing that was there
 * before. */
void
gst_vitals_pipe_guard_end (const GstVitalsPipeGuard * guard)
{
  sigset_t pipe;
  gint number;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  if (!guard->was_pending && is_pending ())
    sigwait (&pipe, &number);
  pthread_sigmask (SIG_SETMASK, &guard->before, NULL);
}
