/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals tensor: finds its subcommand. */

#include <gst/gst.h>

#include "tensor.h"
#include "vitals-cli.h"

static const struct
{
  const gchar *name;
  int (*run) (int argc, char **argv);
  const gchar *summary;
} commands[] = {
  {"inspect", tensor_inspect, "say what is in payload files"},
  {"encode", tensor_encode, "make a payload from raw frames"},
  {"decode", tensor_decode, "raw frames, or a picture, of a payload"},
  {"compare", tensor_compare,
      "say which fields of a payload's header fit a layout"}
};

static void
print_help (void)
{
  guint i;

  g_print ("Usage: vitals tensor COMMAND [ARGUMENT...]\n\n"
      "Payloads for Circadify: header, body, gzip. The built-in layout "
      "draft-1 is our own,\nnot the vendor's; others are read from a file with "
      "--layout.\n\nCommands:\n");
  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n\"vitals tensor COMMAND --help\" shows the options of a command."
      "\n\nExit status: 0 done, and everything fits; 1 it failed, or does not "
      "fit; 2 the\ncommand line or the layout is wrong.\n");
}

gboolean
tensor_parse_options (int argc, char **argv, const GOptionEntry * entries,
    const gchar * parameters, const gchar * summary, const gchar * description)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error))
    return TRUE;
  vitals_cli_usage_error ("%s", error->message);
  return FALSE;
}

static int
run_command (int argc, char **argv)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (argv[0], commands[i].name)) {
      g_autofree gchar *name = g_strconcat ("vitals tensor ", argv[0], NULL);

      g_set_prgname (name);
      return commands[i].run (argc, argv);
    }
  }
  return vitals_cli_usage_error ("there is no command \"%s\"", argv[0]);
}

int
vitals_cli_tensor (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc < 2)
    return vitals_cli_usage_error ("which command?");
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")) {
    print_help ();
    return VITALS_EXIT_OK;
  }
  /* structures are used, plugins are not: they need not be looked for */
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  if (!gst_init_check (NULL, NULL, &error))
    return vitals_cli_failure ("%s", error->message);
  return run_command (argc - 1, argv + 1);
}
