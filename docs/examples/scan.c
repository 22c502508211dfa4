/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sends one payload file and prints what the service measured.
 *
 *   cc scan.c $(pkg-config --cflags --libs vitals-1.0) -o scan
 *   export CIRCADIFY_API_KEY=ck_test_...
 *   ./scan window.ckt
 */

#include <stdio.h>
#include <vitals/vitals.h>

static void
print_reading (VitalsReading * reading)
{
  VitalsMeasure measure;
  double value;

  for (measure = VITALS_MEASURE_HEART_RATE;
      measure <= VITALS_MEASURE_DIASTOLIC_BP; measure++) {
    /* what was not measured is absent */
    if (vitals_reading_get_value (reading, measure, &value))
      printf ("%s: %.1f %s\n", vitals_measure_get_name (measure), value,
          vitals_measure_get_unit (measure));
  }
  if (vitals_reading_get_confidence (reading, &value))
    printf ("confidence: %.2f\n", value);
  if (vitals_reading_is_synthetic (reading))
    printf ("synthetic: a test key, nobody was measured\n");
  if (vitals_reading_is_fallback (reading))
    printf ("fallback: not measured\n");
}

static void
print_error (const GError * error)
{
  fprintf (stderr, "%s: %s\n", vitals_error_get_name (error), error->message);
  if (vitals_error_get_retryable (error))
    fprintf (stderr, "The same call may succeed later.\n");
}

int
main (int argc, char **argv)
{
  g_autoptr (VitalsCircadifyClient) client = NULL;
  g_autoptr (VitalsReading) reading = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize size;

  if (argc != 2 || !g_file_get_contents (argv[1], &contents, &size, &error)) {
    fprintf (stderr, "%s\n", error ? error->message : "usage: scan PAYLOAD");
    return 2;
  }
  payload = g_bytes_new_take (contents, size);

  /* key and address from the environment */
  client = vitals_circadify_client_new (NULL, NULL, &error);
  if (client)
    reading = vitals_circadify_client_scan_tensor (client, payload, NULL, NULL,
        &error);
  if (!reading) {
    print_error (error);
    return 1;
  }
  print_reading (reading);
  return 0;
}
