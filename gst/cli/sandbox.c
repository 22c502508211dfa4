/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals sandbox: the service on loopback, alone or around a command. */

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <vitals-sandbox.h>

#include "vitals-cli.h"

/* As shells report them. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127
#define EXIT_BY_SIGNAL 128

typedef struct
{
  gint port;
  gchar *listen_address;
  gint api;
  gboolean persist;
  gchar **faults;
  gchar *tls_cert;
  gchar *tls_key;
  gchar *keep_dir;
  gint processing_ms;
  gint64 quota;                 /* VITALS_CLI_NOT_GIVEN: no limit */
  gchar *lens_shape;
  gchar *key;
  gchar **command;              /* of argv; NULL: none */
} Options;

typedef struct
{
  GMainLoop *loop;
  sigset_t old_mask;            /* the command gets this one */
  int signals;                  /* signalfd */
  GPid child;                   /* 0: none, or it has ended */
  int status;                   /* exit status of this program */
} Runner;

/* --- the command line --- */

static void
options_clear (Options * options)
{
  g_free (options->listen_address);
  g_strfreev (options->faults);
  g_free (options->tls_cert);
  g_free (options->tls_key);
  g_free (options->keep_dir);
  g_free (options->lens_shape);
  g_free (options->key);
}

/* Cuts argv at "--": what follows is the command. */
static void
split_command (Options * options, int *argc, char **argv)
{
  int i;

  for (i = 1; i < *argc; i++) {
    if (g_str_equal (argv[i], "--")) {
      options->command = argv + i + 1;
      argv[i] = NULL;
      *argc = i;
      return;
    }
  }
}

static gboolean
parse_options (Options * options, int argc, char **argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"port", 0, 0, G_OPTION_ARG_INT, &options->port,
        "Port to listen on (default: any free one)", "N"},
    {"listen", 0, 0, G_OPTION_ARG_STRING, &options->listen_address,
          "Numeric address to listen on, 0.0.0.0 for all (default: loopback)",
        "ADDR"},
    {"api", 0, 0, G_OPTION_ARG_INT, &options->api,
        "Generation of the interface: 1 (older) or 3 (newer, default)", "1|3"},
    {"persist", 0, 0, G_OPTION_ARG_NONE, &options->persist,
        "With --api 1: results can be asked for later", NULL},
    {"fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->faults,
          "ROUTE[#N]:ACTION[,ACTION...]: misbehave; may be repeated "
          "(docs/sandbox.md lists them)",
        "SPEC"},
    {"processing", 0, 0, G_OPTION_ARG_INT, &options->processing_ms,
        "How long a result takes (default: 0)", "MS"},
    {"quota", 0, 0, G_OPTION_ARG_INT64, &options->quota,
        "Scans that a live key has (default: no limit)", "N"},
    {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_cert,
        "Serve https with this certificate (PEM)", "FILE"},
    {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_key,
        "Private key of the certificate (PEM)", "FILE"},
    {"keep", 0, 0, G_OPTION_ARG_FILENAME, &options->keep_dir,
        "Keep what is uploaded in this folder", "DIR"},
    {"vitallens-shape", 0, 0, G_OPTION_ARG_STRING, &options->lens_shape,
          "Which of its two shapes VitalLens answers in (default: 2026)",
        "documented|2026"},
    {"key", 0, 0, G_OPTION_ARG_STRING, &options->key,
        "Key that COMMAND gets (default: test)", "test|live"},
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = NULL;

  split_command (options, &argc, argv);
  context = g_option_context_new ("[-- COMMAND [ARGUMENT...]]");
  g_option_context_set_summary (context,
      "Serves the interfaces of Circadify and VitalLens on this machine. COMMAND "
      "runs\nwith CIRCADIFY_BASE_URL, CIRCADIFY_API_KEY, VITALLENS_BASE_URL and "
      "VITALLENS_API_KEY\nset, and its end ends the sandbox; without one it "
      "serves until it is interrupted.\nThe vitals of Circadify's test key are "
      "synthetic; all others are measured.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "\"%s\" is not expected here: put -- before a command", argv[1]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_options (const Options * options, GError ** error)
{
  const gchar *wrong = NULL;

  if (options->command && !options->command[0])
    wrong = "no command follows --";
  else if (options->port < 0 || options->port > G_MAXUINT16)
    wrong = "--port must be 0 to 65535";
  else if (options->api != 1 && options->api != 3)
    wrong = "--api must be 1 or 3";
  else if (options->processing_ms < 0)
    wrong = "--processing must not be negative";
  else if (options->quota != VITALS_CLI_NOT_GIVEN && options->quota < 0)
    wrong = "--quota must not be negative";
  else if (options->key && !g_str_equal (options->key, "test") &&
      !g_str_equal (options->key, "live"))
    wrong = "--key must be test or live";
  else if (options->lens_shape && !g_str_equal (options->lens_shape, "2026") &&
      !g_str_equal (options->lens_shape, "documented"))
    wrong = "--vitallens-shape must be documented or 2026";
  else if (options->keep_dir && !*options->keep_dir)
    wrong = "--keep names no folder";
  else if (!options->tls_cert != !options->tls_key)
    wrong = "--tls-cert and --tls-key are given together";
  if (wrong)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        wrong);
  return wrong == NULL;
}

static VitalsSandbox *
start_sandbox (const Options * options, GError ** error)
{
  VitalsSandboxOptions sandbox_options = {
    .port = options->port,
    .api = options->api,
    .persist = options->persist,
    .listen_address = options->listen_address,
    .tls_cert = options->tls_cert,
    .tls_key = options->tls_key,
    .keep_dir = options->keep_dir,
    .processing_ms = options->processing_ms,
    .quota = MAX (options->quota, -1),  /* -1: no limit */
    .lens_shape = g_strcmp0 (options->lens_shape, "documented") == 0
        ? VITALS_LENS_SHAPE_DOCUMENTED : VITALS_LENS_SHAPE_2026
  };
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&sandbox_options,
      error);
  guint i;

  for (i = 0; sandbox && options->faults && options->faults[i]; i++) {
    if (!vitals_sandbox_add_fault (sandbox, options->faults[i], error))
      return NULL;
  }
  return g_steal_pointer (&sandbox);
}

/* --- signals --- */

/* Before any thread is started, so that all of them block the signals. */
static void
block_signals (Runner * runner)
{
  sigset_t mask;

  sigemptyset (&mask);
  sigaddset (&mask, SIGINT);
  sigaddset (&mask, SIGTERM);
  sigprocmask (SIG_BLOCK, &mask, &runner->old_mask);
  runner->signals = signalfd (-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static gboolean
got_signal (gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Runner *runner = data;
  struct signalfd_siginfo info;

  if (read (fd, &info, sizeof info) != sizeof info)
    return G_SOURCE_CONTINUE;
  if (!runner->child) {
    runner->status = info.ssi_signo == SIGINT ? VITALS_EXIT_OK :
        (int) (EXIT_BY_SIGNAL + info.ssi_signo);
    g_main_loop_quit (runner->loop);
  } else if (info.ssi_code != SI_KERNEL) {
    /* From the kernel it is the terminal's Ctrl-C, which reached the command,
     * too: a second one would make many programs give up at once. */
    kill (runner->child, info.ssi_signo);
  }
  return G_SOURCE_CONTINUE;
}

/* --- the command --- */

static void
restore_signals (gpointer data)
{
  Runner *runner = data;

  sigprocmask (SIG_SETMASK, &runner->old_mask, NULL);
}

static void
child_ended (GPid pid, gint wait_status, gpointer data)
{
  Runner *runner = data;

  runner->child = 0;
  runner->status = WIFSIGNALED (wait_status) ?
      EXIT_BY_SIGNAL + WTERMSIG (wait_status) : WEXITSTATUS (wait_status);
  g_spawn_close_pid (pid);
  g_main_loop_quit (runner->loop);
}

static gboolean
start_command (Runner * runner, const Options * options, const gchar * url,
    GError ** error)
{
  gboolean live = g_strcmp0 (options->key, "live") == 0;
  gchar **environment = g_get_environ ();
  gboolean started;

  environment = g_environ_setenv (environment, "CIRCADIFY_BASE_URL", url, TRUE);
  environment = g_environ_setenv (environment, "CIRCADIFY_API_KEY",
      live ? VITALS_SANDBOX_LIVE_KEY : VITALS_SANDBOX_TEST_KEY, TRUE);
  environment = g_environ_setenv (environment, "VITALLENS_BASE_URL", url, TRUE);
  environment = g_environ_setenv (environment, "VITALLENS_API_KEY",
      VITALS_SANDBOX_VITALLENS_KEY, TRUE);
  started = g_spawn_async (NULL, options->command, environment,
      G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN |
      G_SPAWN_DO_NOT_REAP_CHILD, restore_signals, runner, &runner->child,
      error);
  g_strfreev (environment);
  if (started)
    g_child_watch_add (runner->child, child_ended, runner);
  return started;
}

static int
report_no_command (const gchar * command, const GError * error)
{
  vitals_cli_failure ("%s: %s", command, error->message);
  return g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ?
      EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* FALSE when it got lost. */
static gboolean
print_address (VitalsSandbox * sandbox)
{
  g_print ("%s\nkeys: " VITALS_SANDBOX_TEST_KEY " (synthetic vitals), "
      VITALS_SANDBOX_LIVE_KEY " (measured)\nVitalLens: "
      VITALS_SANDBOX_VITALLENS_KEY " (measured)\n",
      vitals_sandbox_get_url (sandbox));
  return fflush (stdout) == 0 && !ferror (stdout);
}

/* An address or a fault that cannot be understood is found out here only. */
static int
report_no_sandbox (const GError * error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return vitals_cli_usage_error ("%s", error->message);
  return vitals_cli_failure ("%s", error->message);
}

static int
run (Runner * runner, const Options * options)
{
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autoptr (GError) error = NULL;

  sandbox = start_sandbox (options, &error);
  if (!sandbox)
    return report_no_sandbox (error);

  if (options->command) {
    if (!start_command (runner, options, vitals_sandbox_get_url (sandbox),
            &error))
      return report_no_command (options->command[0], error);
  } else if (!print_address (sandbox)) {
    return vitals_cli_failure ("standard output cannot be written, so nobody "
        "can learn the address");
  }
  g_main_loop_run (runner->loop);
  return runner->status;
}

int
vitals_cli_sandbox (int argc, char **argv)
{
  Options options = {.api = 3,.quota = VITALS_CLI_NOT_GIVEN };
  Runner runner = { NULL, };
  g_autoptr (GError) error = NULL;
  guint watch;
  int status;

  if (!parse_options (&options, argc, argv, &error) ||
      !check_options (&options, &error)) {
    options_clear (&options);
    return vitals_cli_usage_error ("%s", error->message);
  }
  block_signals (&runner);
  runner.loop = g_main_loop_new (NULL, FALSE);
  watch = g_unix_fd_add (runner.signals, G_IO_IN, got_signal, &runner);

  status = run (&runner, &options);

  g_source_remove (watch);
  close (runner.signals);
  g_main_loop_unref (runner.loop);
  options_clear (&options);
  return status;
}
