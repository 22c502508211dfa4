/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/face/vitals-face-worker-private.h>
#include <vitals/face/vitals-luma-private.h>

typedef enum
{
  STATE_IDLE,                   /* the picture is of the caller */
  STATE_LOOKING,                /* the picture is of the thread */
  STATE_ANSWERED,               /* the answer waits to be taken */
  STATE_STOPPED
} State;

/* The lock guards what follows it. While the state is LOOKING the thread alone
 * uses "pixels" and "answer", else the caller. */
struct _VitalsFaceWorker
{
  VitalsFaceDetector *detector;
  GThread *thread;
  guint8 pixels[VITALS_LUMA_MAX_PIXELS];
  VitalsFaceAnswer answer;

  GMutex lock;
  GCond cond;                   /* the state changed */
  State state;
  gboolean forgotten;           /* drop the answer that is to come */
};

static void
look (VitalsFaceWorker * worker)
{
  VitalsFaceAnswer *answer = &worker->answer;

  g_clear_error (&answer->error);
  vitals_face_detector_detect (worker->detector, &answer->luma, answer->faces,
      &answer->n_faces, &answer->error);
}

static gpointer
run (gpointer data)
{
  VitalsFaceWorker *worker = data;

  g_mutex_lock (&worker->lock);
  while (worker->state != STATE_STOPPED) {
    if (worker->state != STATE_LOOKING) {
      g_cond_wait (&worker->cond, &worker->lock);
      continue;
    }
    g_mutex_unlock (&worker->lock);
    look (worker);
    g_mutex_lock (&worker->lock);
    if (worker->state == STATE_LOOKING)
      worker->state = worker->forgotten ? STATE_IDLE : STATE_ANSWERED;
  }
  g_mutex_unlock (&worker->lock);
  return NULL;
}

VitalsFaceWorker *
vitals_face_worker_new (VitalsFaceDetector * detector)
{
  VitalsFaceWorker *worker = g_new0 (VitalsFaceWorker, 1);

  worker->detector = g_object_ref (detector);
  g_mutex_init (&worker->lock);
  g_cond_init (&worker->cond);
  worker->thread = g_thread_new ("vitals-face", run, worker);
  return worker;
}

void
vitals_face_worker_free (VitalsFaceWorker * worker)
{
  g_mutex_lock (&worker->lock);
  worker->state = STATE_STOPPED;
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->lock);
  g_thread_join (worker->thread);
  g_clear_error (&worker->answer.error);
  g_mutex_clear (&worker->lock);
  g_cond_clear (&worker->cond);
  g_object_unref (worker->detector);
  g_free (worker);
}

guint8 *
vitals_face_worker_get_pixels (VitalsFaceWorker * worker)
{
  gboolean looking;

  g_mutex_lock (&worker->lock);
  looking = worker->state == STATE_LOOKING;
  g_mutex_unlock (&worker->lock);
  return looking ? NULL : worker->pixels;
}

void
vitals_face_worker_look (VitalsFaceWorker * worker, const VitalsLuma * luma,
    GstClockTime time)
{
  g_mutex_lock (&worker->lock);
  worker->answer.luma = *luma;
  worker->answer.time = time;
  worker->forgotten = FALSE;
  worker->state = STATE_LOOKING;
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->lock);
}

gboolean
vitals_face_worker_take_answer (VitalsFaceWorker * worker,
    VitalsFaceAnswer * answer)
{
  gboolean answered;

  g_mutex_lock (&worker->lock);
  answered = worker->state == STATE_ANSWERED;
  if (answered) {
    *answer = worker->answer;
    worker->answer.error = NULL;
    worker->state = STATE_IDLE;
  }
  g_mutex_unlock (&worker->lock);
  return answered;
}

void
vitals_face_worker_forget (VitalsFaceWorker * worker)
{
  g_mutex_lock (&worker->lock);
  if (worker->state == STATE_LOOKING)
    worker->forgotten = TRUE;
  else
    worker->state = STATE_IDLE;
  g_mutex_unlock (&worker->lock);
}
