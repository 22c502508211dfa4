/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A camera for tests: serves a pipeline over RTSP on loopback while a command
 * runs, with its address in the environment variable RTSP_URL.
 *
 *   rtsp-camera PIPELINE COMMAND [ARGUMENT...]
 *
 * PIPELINE ends in a payloader named pay0. The exit status is the command's.
 */

#include <gst/rtsp-server/rtsp-server.h>

#include <sys/wait.h>

typedef struct
{
  GMainLoop *loop;
  gint status;
} Command;

static void
command_ended (GPid pid, gint status, gpointer user_data)
{
  Command *command = user_data;

  command->status = WIFEXITED (status) ? WEXITSTATUS (status) : 1;
  g_spawn_close_pid (pid);
  g_main_loop_quit (command->loop);
}

static gboolean
run_with_url (gchar ** argv, const gchar * url, GPid * pid, GError ** error)
{
  gchar **environment = g_environ_setenv (g_get_environ (), "RTSP_URL", url,
      TRUE);
  gboolean started = g_spawn_async (NULL, argv, environment,
      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
      | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, pid, error);

  g_strfreev (environment);
  return started;
}

int
main (int argc, char **argv)
{
  GstRTSPServer *server;
  GstRTSPMediaFactory *factory;
  GstRTSPMountPoints *mounts;
  Command command = { NULL, 1 };
  GError *error = NULL;
  gchar *url;
  guint source;
  GPid pid;

  gst_init (&argc, &argv);
  if (argc < 3) {
    g_printerr ("usage: rtsp-camera PIPELINE COMMAND [ARGUMENT...]\n");
    return 2;
  }

  server = gst_rtsp_server_new ();
  gst_rtsp_server_set_address (server, "127.0.0.1");
  gst_rtsp_server_set_service (server, "0");
  factory = gst_rtsp_media_factory_new ();
  gst_rtsp_media_factory_set_launch (factory, argv[1]);
  gst_rtsp_media_factory_set_shared (factory, TRUE);
  mounts = gst_rtsp_server_get_mount_points (server);
  gst_rtsp_mount_points_add_factory (mounts, "/camera", factory);
  g_object_unref (mounts);
  source = gst_rtsp_server_attach (server, NULL);
  g_return_val_if_fail (source != 0, 1);

  url = g_strdup_printf ("rtsp://127.0.0.1:%d/camera",
      gst_rtsp_server_get_bound_port (server));
  command.loop = g_main_loop_new (NULL, FALSE);
  if (run_with_url (argv + 2, url, &pid, &error)) {
    g_child_watch_add (pid, command_ended, &command);
    g_main_loop_run (command.loop);
  } else {
    g_printerr ("rtsp-camera: %s\n", error->message);
    g_clear_error (&error);
  }

  g_main_loop_unref (command.loop);
  g_source_remove (source);
  g_free (url);
  g_object_unref (server);
  return command.status;
}
