/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The `vitals` command: finds the subcommand. */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "vitals-cli.h"

static const struct
{
  const gchar *name;
  int (*run) (int argc, char **argv);
  const gchar *summary;
} commands[] = {
  {"measure", vitals_cli_measure,
      "measure a video or a camera, here or with Circadify or VitalLens"},
  {"scan", vitals_cli_scan,
      "send payload files to Circadify, print the vitals"},
  {"sandbox", vitals_cli_sandbox,
      "serve the interfaces of Circadify and VitalLens here, for tests"},
  {"tensor", vitals_cli_tensor,
      "inspect, encode, decode and compare payload files"},
  {"waveform", vitals_cli_waveform,
      "recompute rates and variability from stored waveforms"}
};

static void
print_help (void)
{
  guint i;

  g_print ("Usage: vitals COMMAND [ARGUMENT...]\n"
      "       vitals --help | --version\n\n"
      "Vital signs from a camera, on the command line.\n\nCommands:\n");
  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n\"vitals COMMAND --help\" shows the options of a command.\n");
}

static void
print_to_stderr (const gchar * format, va_list arguments)
{
  g_autofree gchar *message = g_strdup_vprintf (format, arguments);

  g_printerr ("%s: %s\n", g_get_prgname (), message);
}

int
vitals_cli_usage_error (const gchar * format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  print_to_stderr (format, arguments);
  va_end (arguments);
  g_printerr ("\"%s --help\" shows how it is used.\n", g_get_prgname ());
  return VITALS_EXIT_USAGE;
}

int
vitals_cli_failure (const gchar * format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  print_to_stderr (format, arguments);
  va_end (arguments);
  return VITALS_EXIT_FAILED;
}

static int
run_command (int argc, char **argv)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (argv[0], commands[i].name)) {
      g_autofree gchar *name = g_strconcat ("vitals ", argv[0], NULL);

      g_set_prgname (name);
      return commands[i].run (argc, argv);
    }
  }
  return vitals_cli_usage_error ("there is no command \"%s\"", argv[0]);
}

/* What was printed and got lost, on a full disk or to a reader that left, is
 * not well done. */
static int
check_output (int status)
{
  if ((fflush (stdout) == 0 && !ferror (stdout)) || status != VITALS_EXIT_OK)
    return status;
  return vitals_cli_failure ("standard output cannot be written");
}

static int
run (int argc, char **argv)
{
  if (argc < 2)
    return vitals_cli_usage_error ("which command?");
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")) {
    print_help ();
    return VITALS_EXIT_OK;
  }
  if (g_str_equal (argv[1], "--version")) {
    g_print ("vitals %s\n", VERSION);
    return VITALS_EXIT_OK;
  }
  return run_command (argc - 1, argv + 1);
}

/* Else the next file that is opened becomes standard input or output, and what
 * is printed goes into it. What is missing stays unusable: reading and writing
 * fail as they would without it; only messages that nobody wants get lost. */
static gboolean
open_missing_descriptors (void)
{
  static const int modes[] = {
    [STDIN_FILENO] = O_WRONLY,[STDOUT_FILENO] = O_RDONLY,
    [STDERR_FILENO] = O_RDWR
  };
  int fd;

  /* each gets the lowest number that is free: that of the missing one */
  for (fd = 0; fd < (int) G_N_ELEMENTS (modes); fd++) {
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF
        && open ("/dev/null", modes[fd]) != fd)
      return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("vitals");
  if (!open_missing_descriptors ())
    return vitals_cli_failure ("/dev/null cannot be opened");
  return check_output (run (argc, argv));
}
