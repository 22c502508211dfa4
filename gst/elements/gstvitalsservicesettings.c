/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsservicesettings.h"

#include <vitals/client/vitals-service-defaults-private.h>

#define DEFAULT_ACTIVE TRUE
#define DEFAULT_DRAIN_TIMEOUT (180 * GST_SECOND)
#define DEFAULT_RESULTS_LOCATION ""
#define DEFAULT_SOURCE_ID ""
#define DEFAULT_POST_PROGRESS TRUE

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)
#define PLAYING_FLAGS (FLAGS | GST_PARAM_MUTABLE_PLAYING)
#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

void
gst_vitals_service_settings_init (GstVitalsServiceSettings * settings)
{
  settings->active = DEFAULT_ACTIVE;
  settings->request_timeout = VITALS_DEFAULT_REQUEST_TIMEOUT;
  settings->upload_timeout = VITALS_DEFAULT_UPLOAD_TIMEOUT;
  settings->drain_timeout = DEFAULT_DRAIN_TIMEOUT;
  settings->max_retries = VITALS_DEFAULT_MAX_RETRIES;
  settings->on_failure = GST_VITALS_ON_FAILURE_POST;
  settings->results_location = g_strdup (DEFAULT_RESULTS_LOCATION);
  settings->source_id = g_strdup (DEFAULT_SOURCE_ID);
  settings->post_progress = DEFAULT_POST_PROGRESS;
}

void
gst_vitals_service_settings_clear (GstVitalsServiceSettings * settings)
{
  g_clear_pointer (&settings->api_key, g_free);
  g_clear_pointer (&settings->api_key_file, g_free);
  g_clear_pointer (&settings->base_url, g_free);
  g_clear_pointer (&settings->ca_file, g_free);
  g_clear_pointer (&settings->results_location, g_free);
  g_clear_pointer (&settings->source_id, g_free);
}

void
gst_vitals_service_settings_copy (const GstVitalsServiceSettings * settings,
    GstVitalsServiceSettings * copy)
{
  *copy = *settings;
  copy->api_key = g_strdup (settings->api_key);
  copy->api_key_file = g_strdup (settings->api_key_file);
  copy->base_url = g_strdup (settings->base_url);
  copy->ca_file = g_strdup (settings->ca_file);
  copy->results_location = g_strdup (settings->results_location);
  copy->source_id = g_strdup (settings->source_id);
}

gpointer
gst_vitals_service_settings_find (GstVitalsServiceSettings * settings, guint id)
{
  switch (id) {
    case GST_VITALS_SERVICE_API_KEY:
      return &settings->api_key;
    case GST_VITALS_SERVICE_API_KEY_FILE:
      return &settings->api_key_file;
    case GST_VITALS_SERVICE_BASE_URL:
      return &settings->base_url;
    case GST_VITALS_SERVICE_CA_FILE:
      return &settings->ca_file;
    case GST_VITALS_SERVICE_ACTIVE:
      return &settings->active;
    case GST_VITALS_SERVICE_REQUEST_TIMEOUT:
      return &settings->request_timeout;
    case GST_VITALS_SERVICE_UPLOAD_TIMEOUT:
      return &settings->upload_timeout;
    case GST_VITALS_SERVICE_DRAIN_TIMEOUT:
      return &settings->drain_timeout;
    case GST_VITALS_SERVICE_MAX_RETRIES:
      return &settings->max_retries;
    case GST_VITALS_SERVICE_ON_FAILURE:
      return &settings->on_failure;
    case GST_VITALS_SERVICE_RESULTS_LOCATION:
      return &settings->results_location;
    case GST_VITALS_SERVICE_SOURCE_ID:
      return &settings->source_id;
    case GST_VITALS_SERVICE_POST_PROGRESS:
      return &settings->post_progress;
    default:
      return NULL;
  }
}

static void
install_text (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, const gchar * default_value)
{
  g_object_class_install_property (klass, id, g_param_spec_string (name, nick,
          blurb, default_value, READY_FLAGS));
}

static void
install_service (GObjectClass * klass, const GstVitalsServiceBlurbs * blurbs)
{
  /**
   * GstCircadifySink:api-key:
   *
   * Key of the account. It can be written, not read. Unset, the default: that
   * of #GstCircadifySink:api-key-file, else of the environment. Changeable in
   * READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:api-key:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_API_KEY,
      g_param_spec_string ("api-key", "API key", blurbs->api_key, NULL,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
  /**
   * GstCircadifySink:api-key-file:
   *
   * File whose first line is the key, where #GstCircadifySink:api-key is unset;
   * a warning tells when others can read it. Unset by default. Changeable in
   * READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:api-key-file:
   *
   * Since: 0.1
   */
  install_text (klass, GST_VITALS_SERVICE_API_KEY_FILE, "api-key-file",
      "API key file", blurbs->api_key_file, NULL);
  /**
   * GstCircadifySink:base-url:
   *
   * Where the service is: https, or http on this machine only. Unset, the
   * default: what the environment says, else the service's own address.
   * Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:base-url:
   *
   * Since: 0.1
   */
  install_text (klass, GST_VITALS_SERVICE_BASE_URL, "base-url", "Base URL",
      blurbs->base_url, NULL);
  /**
   * GstCircadifySink:ca-file:
   *
   * PEM file of the certification authorities to trust. Unset, the default:
   * those of the system. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:ca-file:
   *
   * Since: 0.1
   */
  install_text (klass, GST_VITALS_SERVICE_CA_FILE, "ca-file", "CA file",
      blurbs->ca_file, NULL);
  /**
   * GstCircadifySink:active:
   *
   * Whether what comes is measured, by default true. Else it is discarded, and
   * what was begun is dropped. Changeable in PLAYING.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:active:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_ACTIVE,
      g_param_spec_boolean ("active", "Active", blurbs->active, DEFAULT_ACTIVE,
          PLAYING_FLAGS));
}

static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, guint64 least,
    guint64 default_value)
{
  g_object_class_install_property (klass, id, g_param_spec_uint64 (name, nick,
          blurb, least, G_MAXINT64, default_value, READY_FLAGS));
}

static void
install_limits (GObjectClass * klass, const GstVitalsServiceBlurbs * blurbs)
{
  /**
   * GstCircadifySink:request-timeout:
   *
   * Time for a request; for an upload without progress. In ns, by default 30 s.
   * Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:request-timeout:
   *
   * Since: 0.1
   */
  install_time (klass, GST_VITALS_SERVICE_REQUEST_TIMEOUT, "request-timeout",
      "Request time-out", blurbs->request_timeout, blurbs->shortest_time,
      VITALS_DEFAULT_REQUEST_TIMEOUT);
  /**
   * GstCircadifySink:upload-timeout:
   *
   * Time for an upload in all, in ns, by default 300 s. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:upload-timeout:
   *
   * Since: 0.1
   */
  install_time (klass, GST_VITALS_SERVICE_UPLOAD_TIMEOUT, "upload-timeout",
      "Upload time-out", blurbs->upload_timeout, blurbs->shortest_time,
      VITALS_DEFAULT_UPLOAD_TIMEOUT);
  /**
   * GstCircadifySink:drain-timeout:
   *
   * Time at the end of the stream for all that is not answered yet, in ns, by
   * default 180 s; a pause does not count. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:drain-timeout:
   *
   * Since: 0.1
   */
  install_time (klass, GST_VITALS_SERVICE_DRAIN_TIMEOUT, "drain-timeout",
      "Drain time-out", blurbs->drain_timeout, blurbs->shortest_time,
      DEFAULT_DRAIN_TIMEOUT);
  /**
   * GstCircadifySink:max-retries:
   *
   * How often a request that failed is sent again, 0 to 100, by default 3. What
   * may be paid for already never is. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:max-retries:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_MAX_RETRIES,
      g_param_spec_uint ("max-retries", "Max retries", blurbs->max_retries, 0,
          100, VITALS_DEFAULT_MAX_RETRIES, READY_FLAGS));
}

static void
install_answers (GObjectClass * klass)
{
  gst_vitals_on_failure_install (klass, GST_VITALS_SERVICE_ON_FAILURE);
  /**
   * GstCircadifySink:results-location:
   *
   * File to which `vitals`, `vitals-failed` and `vitals-dropped` messages are
   * appended as lines of JSON. Empty, the default: none. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:results-location:
   *
   * Since: 0.1
   */
  install_text (klass, GST_VITALS_SERVICE_RESULTS_LOCATION, "results-location",
      "Results location", "File to which each message is appended as a line of "
      "JSON (empty: none)", DEFAULT_RESULTS_LOCATION);
  /**
   * GstCircadifySink:source-id:
   *
   * Copied into every message and every line of the results. Empty, the
   * default: none. Changeable in PLAYING; the outcome of a window has what was
   * set when the window started.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:source-id:
   *
   * Copied into every message and every line of the results. Empty, the
   * default: none. Changeable in PLAYING; a message has what is set when it is
   * made.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_SOURCE_ID,
      g_param_spec_string ("source-id", "Source id",
          "Copied into every message and line (empty: none)",
          DEFAULT_SOURCE_ID, PLAYING_FLAGS));
  /**
   * GstCircadifySink:post-progress:
   *
   * Whether `vitals-progress` messages are posted, by default true. Changeable
   * in PLAYING.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:post-progress:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_POST_PROGRESS,
      g_param_spec_boolean ("post-progress", "Post progress",
          "Whether vitals-progress is posted", DEFAULT_POST_PROGRESS,
          PLAYING_FLAGS));
  /**
   * GstCircadifySink:stats:
   *
   * State, and counts since READY->PAUSED. They are still there after the run.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:stats:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "State and counts since READY->PAUSED", GST_TYPE_STRUCTURE,
          READ_FLAGS));
  /**
   * GstCircadifySink:last-reading:
   *
   * The fields of the last `vitals` message; %NULL before there is one.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:last-reading:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_VITALS_SERVICE_LAST_READING,
      g_param_spec_boxed ("last-reading", "Last reading",
          "The last vitals message", GST_TYPE_STRUCTURE, READ_FLAGS));
}

void
gst_vitals_service_settings_install (GObjectClass * klass,
    const GstVitalsServiceBlurbs * blurbs)
{
  install_service (klass, blurbs);
  install_limits (klass, blurbs);
  install_answers (klass);
}
