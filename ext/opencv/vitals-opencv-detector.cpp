/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * VitalsFaceDetector over OpenCV, 4 and 5. A private module: libvitals opens it
 * when faces are looked for, so that neither the library nor the plugin link
 * OpenCV. OpenCV throws: no exception leaves this file.
 */

#include <new>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/version.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

/* OpenCV 5 has cascades in a module of its own, which may be absent: the build
 * looks whether it is there. */
#if HAVE_CASCADES && CV_VERSION_MAJOR >= 5
#include <opencv2/xobjdetect.hpp>
#endif

#include <unistd.h>
#include <vitals/face/vitals-face-detector-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>

/* Widths of one step of the search to the next, and how many of neighbouring
 * hits make a face. Measured, docs/face.md. */
#define CASCADE_SCALE 1.2
#define CASCADE_NEIGHBOURS 3
/* Little more than the cascade's own window of 20. */
#define CASCADE_MIN_SIZE 24
/* Of the model's own examples. The last is how many answers are looked at before
 * doubles are dropped, and one face has dozens of them. */
#define MODEL_SCORE 0.7f
#define MODEL_NMS 0.3f
#define MODEL_TOP_K 5000
/* The largest stride of a model. Only whole cells of a picture are looked at, and
 * one that has none is an error; since OpenCV 4.8 it pads to 32 itself. */
#define MODEL_CELL 64
/* The newer layout came with OpenCV 4.8. */
#if CV_VERSION_MAJOR > 4 || CV_VERSION_MINOR >= 8
#define MODEL_EXAMPLE "face_detection_yunet_2023mar.onnx"
#else
#define MODEL_EXAMPLE "face_detection_yunet_2022mar.onnx"
#endif
/* OpenCV reads a file to its end before it looks at it. The largest that are
 * known have 0.4 (YuNet) and 3 MB (cascades). */
#define MAX_FILE_BYTES (64 << 20)

static const char *const cascade_locations[] = {
  "/usr/share/opencv5/haarcascades/haarcascade_frontalface_alt2.xml",
  "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml",
  "/usr/share/opencv/haarcascades/haarcascade_frontalface_alt2.xml",
  "/usr/local/share/opencv5/haarcascades/haarcascade_frontalface_alt2.xml",
  "/usr/local/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml"
};

/* One of the two searches. */
struct Search
{
  virtual ~Search () = default;
  virtual void find (const cv::Mat & luma,
      std::vector < VitalsDetectedFace > &faces) = 0;
};

static VitalsDetectedFace
make_face (double x, double y, double width, double height, double score)
{
  VitalsDetectedFace face;

  face.box.x = x;
  face.box.y = y;
  face.box.width = width;
  face.box.height = height;
  face.score = score;
  return face;
}

#if HAVE_CASCADES
struct CascadeSearch : Search
{
  cv::CascadeClassifier cascade;
  cv::Mat equal;

  explicit CascadeSearch (const std::string & location)
  {
    if (!cascade.load (location))
      CV_Error (cv::Error::StsError, "it is no cascade");
  }

  void find (const cv::Mat & luma,
      std::vector < VitalsDetectedFace > &faces) override
  {
    std::vector < cv::Rect > boxes;
    std::vector < int >hits;

    cv::equalizeHist (luma, equal);
    cascade.detectMultiScale (equal, boxes, hits, CASCADE_SCALE,
        CASCADE_NEIGHBOURS, 0, cv::Size (CASCADE_MIN_SIZE, CASCADE_MIN_SIZE));
    for (size_t i = 0; i < boxes.size (); i++)
      faces.push_back (make_face (boxes[i].x, boxes[i].y, boxes[i].width,
              boxes[i].height, hits[i]));
  }
};
#endif

static int
whole_cells (int size)
{
  return (size + MODEL_CELL - 1) / MODEL_CELL * MODEL_CELL;
}

struct ModelSearch : Search
{
  cv::Ptr < cv::FaceDetectorYN > model;
  cv::Mat padded, colour, found;

  explicit ModelSearch (const std::string & location)
    : model (cv::FaceDetectorYN::create (location, "", cv::Size (320, 240),
        MODEL_SCORE, MODEL_NMS, MODEL_TOP_K))
  {
  }

  void find (const cv::Mat & luma,
      std::vector < VitalsDetectedFace > &faces) override
  {
    cv::copyMakeBorder (luma, padded, 0, whole_cells (luma.rows) - luma.rows,
        0, whole_cells (luma.cols) - luma.cols, cv::BORDER_CONSTANT);
    cv::cvtColor (padded, colour, cv::COLOR_GRAY2BGR);
    model->setInputSize (colour.size ());
    model->detect (colour, found);
    for (int i = 0; i < found.rows; i++) {
      const float *row = found.ptr < float >(i);

      faces.push_back (make_face (row[0], row[1], row[2], row[3], row[14]));
    }
  }
};

#define VITALS_TYPE_OPENCV_DETECTOR (vitals_opencv_detector_get_type ())
G_DECLARE_FINAL_TYPE (VitalsOpencvDetector, vitals_opencv_detector, VITALS,
    OPENCV_DETECTOR, GObject)

struct _VitalsOpencvDetector
{
  GObject parent;

  Search *search;
};

static void vitals_opencv_detector_iface_init (VitalsFaceDetectorInterface *
    iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitalsOpencvDetector, vitals_opencv_detector,
    G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (VITALS_TYPE_FACE_DETECTOR,
        vitals_opencv_detector_iface_init))

static gboolean
vitals_opencv_detector_detect (VitalsFaceDetector * detector,
    const VitalsLuma * luma, VitalsDetectedFace * faces, guint * n_faces,
    GError ** error)
{
  Search *search = VITALS_OPENCV_DETECTOR (detector)->search;

  try {
    const cv::Mat picture (static_cast < int >(luma->height),
        static_cast < int >(luma->width), CV_8UC1,
        const_cast < guint8 * >(luma->pixels), luma->stride);
    std::vector < VitalsDetectedFace > found;

    search->find (picture, found);
    for (const auto & face : found)
      if (*n_faces < VITALS_MAX_FACES)
        faces[(*n_faces)++] = face;
  } catch (const std::exception & exception) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Looking for faces failed in OpenCV: %s", exception.what ());
    return FALSE;
  }
  return TRUE;
}

static void
vitals_opencv_detector_iface_init (VitalsFaceDetectorInterface * iface)
{
  iface->detect = vitals_opencv_detector_detect;
}

static void
vitals_opencv_detector_finalize (GObject * object)
{
  delete VITALS_OPENCV_DETECTOR (object)->search;

  G_OBJECT_CLASS (vitals_opencv_detector_parent_class)->finalize (object);
}

static void
vitals_opencv_detector_class_init (VitalsOpencvDetectorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitals_opencv_detector_finalize;
}

static void
vitals_opencv_detector_init (VitalsOpencvDetector *)
{
}

/* Returns: where distributions put it, or NULL */
static const char *
find_cascade (void)
{
  for (const char *location : cascade_locations)
    if (g_file_test (location, G_FILE_TEST_IS_REGULAR))
      return location;
  return NULL;
}

static Search *
new_search (const char *location, bool is_model)
{
#if HAVE_CASCADES
  if (!is_model)
    return new CascadeSearch (location);
#else
  (void) is_model;
#endif
  return new ModelSearch (location);
}

/* OpenCV opens whatever it is named, would wait for who writes into a pipe, and
 * says little of what it cannot read. */
static gboolean
check_file (const char *location, bool is_model, GError ** error)
{
  GError *why = NULL;
  struct stat info;
  gint fd = vitals_file_open (location, &info, &why);

  if (fd >= 0) {
    close (fd);
    if (info.st_size <= MAX_FILE_BYTES)
      return TRUE;
    g_set_error (&why, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        "%s: it has more than %d MB", location, MAX_FILE_BYTES >> 20);
  }
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "%s; set %s to the file of %s", why->message,
      is_model ? "model-location" : "cascade-location",
      is_model ? "a YuNet model, such as " MODEL_EXAMPLE : "an OpenCV cascade, "
      "such as haarcascade_frontalface_alt2.xml");
  g_error_free (why);
  return FALSE;
}

/* Loads and tries it: some of what is wrong with a file shows only then. */
static Search *
load (const char *location, bool is_model, GError ** error)
{
  Search *search = NULL;

  if (!check_file (location, is_model, error))
    return NULL;
  try {
    const cv::Mat blank (240, 320, CV_8UC1, cv::Scalar (128));
    std::vector < VitalsDetectedFace > faces;

    search = new_search (location, is_model);
    search->find (blank, faces);
  } catch (const std::exception & exception) {
    delete search;
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "%s cannot be read as %s: %s", location, is_model ? "a YuNet model "
        "(OpenCV " CV_VERSION " takes those of the kind of " MODEL_EXAMPLE ")"
        : "a cascade of OpenCV", exception.what ());
    return NULL;
  }
  return search;
}

G_BEGIN_DECLS
VITALS_API VitalsFaceDetector
    * vitals_opencv_face_detector_new (const VitalsFaceDetectorConfig * config,
    GError ** error);
G_END_DECLS

VitalsFaceDetector *
vitals_opencv_face_detector_new (const VitalsFaceDetectorConfig * config,
    GError ** error)
{
  bool is_model = config->model_location && *config->model_location;
  const char *location = is_model ? config->model_location
      : config->cascade_location;
  VitalsOpencvDetector *detector;
  Search *search;

  if (!is_model && !HAVE_CASCADES) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "OpenCV " CV_VERSION " is here without cascades, which are in its "
        "module xobjdetect (opencv_contrib): set model-location to the file of "
        "a YuNet model, such as " MODEL_EXAMPLE);
    return NULL;
  }
  if (!location || !*location)
    location = find_cascade ();
  if (!location) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "haarcascade_frontalface_alt2.xml is not installed: install "
        "opencv-data, or set cascade-location or model-location");
    return NULL;
  }
  search = load (location, is_model, error);
  if (!search)
    return NULL;
  detector = VITALS_OPENCV_DETECTOR (g_object_new (VITALS_TYPE_OPENCV_DETECTOR,
          NULL));
  detector->search = search;
  return VITALS_FACE_DETECTOR (detector);
}
