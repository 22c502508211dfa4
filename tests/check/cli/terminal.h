/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <unistd.h>

/* A terminal that a test plays, or -1: a container may have none. */
static inline gint
terminal_open (void)
{
  gint terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);

  if (terminal >= 0 && grantpt (terminal) == 0 && unlockpt (terminal) == 0
      && access (ptsname (terminal), R_OK | W_OK) == 0)
    return terminal;
  if (terminal >= 0)
    close (terminal);
  return -1;
}

/* FALSE, and says that @test is left out, where there are none. */
static inline gboolean
terminal_is_there (const gchar * test)
{
  gint terminal = terminal_open ();

  if (terminal < 0) {
    g_print ("skipped: %s: there are no terminals here\n", test);
    return FALSE;
  }
  close (terminal);
  return TRUE;
}
