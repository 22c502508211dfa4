/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals scan: the command line. */

#include <vitals/client/vitals-key-file-private.h>
#include <vitals/client/vitals-network-private.h>

#include "scan-batch.h"
#include "scan-input.h"
#include "vitals-cli.h"

#define DEFAULT_JOBS 4
#define MAX_JOBS 64

typedef struct
{
  gint jobs;
  gboolean json;
  gchar *state;
  gboolean retry_failed;
  gchar *layout;
  gchar *base_url;
  gchar *api_key_file;
  gchar *ca_file;
  gint age;
  gchar *sex;
  gint fitzpatrick;
  gchar **payloads;
} Options;

static void
options_clear (Options * options)
{
  g_free (options->state);
  g_free (options->layout);
  g_free (options->base_url);
  g_free (options->api_key_file);
  g_free (options->ca_file);
  g_free (options->sex);
  g_strfreev (options->payloads);
}

static gboolean
parse_options (Options * options, int argc, char **argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &options->jobs,
        "Scans at a time, 1 to 64 (default: 4)", "N"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &options->json,
        "Print one line of JSON a payload in place of a table", NULL},
    {"state", 0, 0, G_OPTION_ARG_FILENAME, &options->state,
        "Remember what was answered, and do not scan it again", "FILE"},
    {"retry-failed", 0, 0, G_OPTION_ARG_NONE, &options->retry_failed,
        "Scan again what could not be measured (it is paid again)", NULL},
    {"layout", 0, 0, G_OPTION_ARG_FILENAME, &options->layout,
        "draft-1 (default), opaque, or a layout key file", "NAME|FILE"},
    {"age", 0, 0, G_OPTION_ARG_INT, &options->age,
        "Age of the person, 0 to 120 years", "YEARS"},
    {"sex", 0, 0, G_OPTION_ARG_STRING, &options->sex,
        "Sex of the person", "male|female"},
    {"fitzpatrick", 0, 0, G_OPTION_ARG_INT, &options->fitzpatrick,
        "Skin type of the person, 1 to 6", "TYPE"},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &options->base_url,
        "Where the service is (default: CIRCADIFY_BASE_URL, else "
          VITALS_CIRCADIFY_DEFAULT_BASE_URL ")", "URL"},
    {"api-key-file", 0, 0, G_OPTION_ARG_FILENAME, &options->api_key_file,
          "File with the key in its first line (default: CIRCADIFY_API_KEY)",
        "FILE"},
    {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file,
        "Certification authorities to trust (PEM)", "FILE"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
        &options->payloads, NULL, NULL},
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = NULL;

  context = g_option_context_new ("PAYLOAD...");
  g_option_context_set_summary (context,
      "Sends payload files to Circadify and prints the vitals. With a live "
      "key each\npayload costs one scan. Of a folder the *.ckt files are "
      "taken.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

static gboolean
check_options (const Options * options, GError ** error)
{
  const gchar *wrong = NULL;

  if (!options->payloads)
    wrong = "which payloads?";
  else if (options->state && !*options->state)
    wrong = "--state names no file";
  else if (options->jobs < 1 || options->jobs > MAX_JOBS)
    wrong = "--jobs must be 1 to 64";
  else if (options->age != VITALS_CLI_NOT_GIVEN
      && (options->age < 0 || options->age > 120))
    wrong = "--age must be 0 to 120";
  else if (options->fitzpatrick != VITALS_CLI_NOT_GIVEN
      && (options->fitzpatrick < 1 || options->fitzpatrick > 6))
    wrong = "--fitzpatrick must be 1 to 6";
  else if (options->sex && !g_str_equal (options->sex, "male") &&
      !g_str_equal (options->sex, "female"))
    wrong = "--sex must be male or female";
  if (wrong)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        wrong);
  return wrong == NULL;
}

static VitalsSex
get_sex (const Options * options)
{
  if (!options->sex)
    return VITALS_SEX_UNSET;
  return g_str_equal (options->sex, "male") ? VITALS_SEX_MALE :
      VITALS_SEX_FEMALE;
}

/* @key: (out): NULL when the environment is to be asked */
static gboolean
read_key (const gchar * path, gchar ** key, GError ** error)
{
  gboolean others_can_read;

  *key = NULL;
  if (!path)
    return TRUE;
  if (!(*key = vitals_key_file_read (path, &others_can_read, error)))
    return FALSE;
  if (others_can_read)
    g_printerr ("%s: %s: others can read this key: chmod 600 it\n",
        g_get_prgname (), path);
  return TRUE;
}

static VitalsCircadifyClient *
make_client (const Options * options, GError ** error)
{
  g_autofree gchar *key = NULL;
  VitalsCircadifyClient *client;

  if (!read_key (options->api_key_file, &key, error))
    return NULL;
  if (!vitals_network_prepare_ca_file (options->ca_file, error))
    return NULL;
  client = vitals_circadify_client_new (key, options->base_url, error);
  if (client && options->ca_file)
    g_object_set (client, "ca-file", options->ca_file, NULL);
  return client;
}

static gboolean
check_state (const Options * options, const GPtrArray * files, GError ** error)
{
  guint i;

  for (i = 0; options->state && i < files->len; i++) {
    if (!vitals_cli_check_not_input ("--state", options->state,
            g_ptr_array_index (files, i), error))
      return FALSE;
  }
  return TRUE;
}

static int
run (const Options * options)
{
  /* -1 and 0: not told */
  VitalsDemographics demographics = { MAX (options->age, -1),
    get_sex (options), MAX (options->fitzpatrick, 0)
  };
  ScanBatchOptions batch = { NULL, };
  g_autoptr (VitalsCircadifyClient) client = NULL;
  g_autoptr (VitalsTensorLayout) layout = NULL;
  g_autoptr (ScanReport) report = NULL;
  g_autoptr (ScanState) state = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  if (!(client = make_client (options, &error)) ||
      !(layout = vitals_tensor_layout_new (options->layout ? options->layout :
              "draft-1", &error)))
    return vitals_cli_usage_error ("%s", error->message);
  if (!(files = scan_input_list (options->payloads, &error)))
    return vitals_cli_failure ("%s", error->message);
  if (!check_state (options, files, &error))
    return vitals_cli_usage_error ("%s", error->message);
  if (!(state = scan_state_open (options->state, &error)))
    return vitals_cli_failure ("%s", error->message);

  report = scan_report_new (options->json);
  batch.client = client;
  batch.demographics = &demographics;
  batch.state = state;
  batch.report = report;
  batch.layout = layout;
  batch.jobs = options->jobs;
  batch.retry_failed = options->retry_failed;
  return scan_batch_run (&batch, files);
}

int
vitals_cli_scan (int argc, char **argv)
{
  Options options = {.jobs = DEFAULT_JOBS,.age = VITALS_CLI_NOT_GIVEN,
    .fitzpatrick = VITALS_CLI_NOT_GIVEN
  };
  g_autoptr (GError) error = NULL;
  int status;

  /* structures are used, plugins are not: they need not be looked for */
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  if (!parse_options (&options, argc, argv, &error) ||
      !check_options (&options, &error))
    status = vitals_cli_usage_error ("%s", error->message);
  else if (!gst_init_check (NULL, NULL, &error))
    status = vitals_cli_failure ("%s", error->message);
  else
    status = run (&options);
  options_clear (&options);
  return status;
}
