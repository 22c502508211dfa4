/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "calls.h"

#define SIZE 40

const gchar *const calls_routes[2] = { "file", "stream" };

VitalsVitalLensClient *
calls_new_client (RawServer * server)
{
  GError *error = NULL;
  VitalsVitalLensClient *client = vitals_vitallens_client_new (CALLS_KEY,
      raw_server_get_url (server), &error);

  fail_unless (client != NULL, "%s", error ? error->message : "");
  g_object_set (client, "max-retries", 1, NULL);
  return client;
}

VitalsVitalLensModel
calls_get_model (void)
{
  return (VitalsVitalLensModel) {
  .name = (gchar *) "vitallens-2.0",.n_inputs = 5,.input_size =
        SIZE,.fps_target = 30,.roi_method =
        VITALS_ROI_METHOD_UPPER_BODY_CROPPED};
}

GBytes *
calls_new_video (guint frames)
{
  gsize size = (gsize) frames * SIZE * SIZE * 3;

  return g_bytes_new_take (g_malloc0 (size), size);
}

static gchar *
make_waveform (guint n)
{
  GString *text = g_string_new ("{\"data\":[");
  guint i;

  for (i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u", i ? "," : "", i);
  g_string_append (text, "],\"confidence\":[");
  for (i = 0; i < n; i++)
    g_string_append (text, i ? ",0.9" : "0.9");
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

gchar *
calls_make_body (Shape shape, guint n)
{
  gchar *waveform = make_waveform (n);
  gchar *body;

  if (shape == SHAPE_DOCUMENTED)
    body = g_strdup_printf ("{\"vital_signs\":{\"ppg_waveform\":%s,"
        "\"heart_rate\":{\"value\":61.5,\"confidence\":0.9}},"
        "\"processing_status\":{\"face_detected\":true,"
        "\"signal_quality\":\"optimal\"},\"model_used\":\"vitallens-2.0\"}",
        waveform);
  else
    body = g_strdup_printf ("{\"vitals\":{\"heart_rate\":{\"value\":61.5,"
        "\"confidence\":0.9}},\"waveforms\":{\"ppg_waveform\":%s},\"n\":%u,"
        "\"model_used\":\"vitallens-2.0\"}", waveform, n);
  g_free (waveform);
  return body;
}

RawServer *
calls_serve (Fault * faults, const gchar * route, const gchar * status,
    const gchar * body)
{
  faults[0] = (Fault) {
  .route = route,.from = 1,.status = status,.body = body};
  faults[1] = (Fault) {
  NULL};
  return raw_server_new (apply_faults, faults);
}

VitalsVitalLensAnswer *
calls_send (VitalsVitalLensClient * client, const gchar * route, guint frames,
    GCancellable * cancellable, GError ** error)
{
  VitalsVitalLensModel model = calls_get_model ();
  GBytes *video = calls_new_video (frames);
  VitalsVitalLensAnswer *answer;

  if (g_str_equal (route, "file"))
    answer = vitals_vitallens_client_file (client, &model, video, 30, TRUE,
        NULL, cancellable, error);
  else
    answer = vitals_vitallens_client_stream (client, &model, video, NULL,
        cancellable, error);
  g_bytes_unref (video);
  return answer;
}

void
calls_check_answer (VitalsVitalLensAnswer * answer, gsize expected)
{
  const gdouble *samples;
  gdouble rate;
  gsize n;

  samples = vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_PPG,
      &n);
  assert_equals_uint64 (n, expected);
  fail_unless (samples[n - 1] == n - 1);
  fail_unless (vitals_vitallens_answer_is_usable (answer, NULL));
  fail_unless (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), VITALS_MEASURE_HEART_RATE, &rate));
  fail_unless (rate == 61.5);
  vitals_vitallens_answer_unref (answer);
}
