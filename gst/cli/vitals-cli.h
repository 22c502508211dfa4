/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses of every subcommand. */
enum
{
  VITALS_EXIT_OK = 0,
  VITALS_EXIT_FAILED = 1,       /* the work, or a part of it, failed */
  VITALS_EXIT_USAGE = 2,        /* the command line is wrong */
  VITALS_EXIT_NO_READING = 3,   /* nothing failed, but nothing was measured */
  VITALS_EXIT_INTERRUPTED = 130 /* SIGINT, as shells report it */
};

/* A whole number that was not given: no option takes this one. */
#define VITALS_CLI_NOT_GIVEN G_MININT

/*
 * The subcommands: argv[0] is the subcommand's name, the program name (of
 * g_get_prgname()) "vitals NAME". They return the exit status.
 */
int vitals_cli_measure (int argc, char **argv);
int vitals_cli_sandbox (int argc, char **argv);
int vitals_cli_scan (int argc, char **argv);
int vitals_cli_tensor (int argc, char **argv);
int vitals_cli_waveform (int argc, char **argv);

/* Prints "vitals NAME: MESSAGE" and where help is. Returns: VITALS_EXIT_USAGE */
int vitals_cli_usage_error (const gchar * format, ...) G_GNUC_PRINTF (1, 2);
/* Prints "vitals NAME: MESSAGE". Returns: VITALS_EXIT_FAILED */
int vitals_cli_failure (const gchar * format, ...) G_GNUC_PRINTF (1, 2);

/* Whether @file can be written, as far as can be told without touching it.
 * @replaced: a new file takes its place, which its folder must allow. Errors of
 * G_FILE_ERROR, which name @file. */
gboolean vitals_cli_check_output (const gchar * file, gboolean replaced,
    GError ** error);

/* Whether @output, the value of @option, is another file than @input, which
 * would be lost; links are followed. Errors of G_OPTION_ERROR. */
gboolean vitals_cli_check_not_input (const gchar * option,
    const gchar * output, const gchar * input, GError ** error);

G_END_DECLS
