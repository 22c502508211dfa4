/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalspipes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
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
      failure == ENXIO || failure == EPIPE ? "a pipe that nobody reads" :
      failure == ETIMEDOUT ? "its disk, or who reads it, does not keep up" :
      g_strerror (failure));
}

void
gst_vitals_pipe_hold_signal (void)
{
  sigset_t pipe;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);
}
