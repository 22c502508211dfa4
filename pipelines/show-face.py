#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws what facetracker says over the video: show-face.sh runs it.

show-face.py PICTURE PIPELINE...   PICTURE may be empty: then it is shown
"""

import os
import sys

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("Vitals", "1.0")
    from gi.repository import Gst, Vitals
except (ImportError, ValueError) as error:
    sys.exit(f"show-face.py: {error}; install python3-gi, gir1.2-gstreamer-1.0 "
             "and libgirepository1.0-dev, and build again")

RECTANGLE = ('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" '
             'fill="none" stroke="{}" stroke-width="{}"/>')


def rectangle(box, colour, width):
    return RECTANGLE.format(box.x, box.y, box.width, box.height, colour, width)


def drawing(face):
    """The box and its patches, as an SVG that covers them."""
    shapes = [rectangle(face, "white", 3)]
    for index in range(4):
        patch = Vitals.patch_box(face, index)
        shapes.append(rectangle(patch, "lime", 1.5))
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="{:.0f}" '
            'height="{:.0f}">{}</svg>').format(face.x + face.width + 4,
                                               face.y + face.height + 4,
                                               "".join(shapes))


class Show:
    def __init__(self, picture, source):
        sink = f'pngenc snapshot=true ! filesink location="{picture}"' \
            if picture else (os.environ.get("VITALS_VIDEO_SINK")
                             or "autovideosink")
        self.pipeline = Gst.parse_launch(
            " ".join(source) + " ! videoconvert ! facetracker ! videoconvert "
            "! rsvgoverlay name=overlay ! videoconvert ! " + sink)
        self.overlay = self.pipeline.get_by_name("overlay")
        self.found = False

    def draw(self, _bus, message):
        """In the thread that posts: the frame at hand gets the drawing."""
        fields = message.get_structure()
        if not fields or fields.get_name() != "facetracker":
            return Gst.BusSyncReply.PASS
        if fields.get_string("event") == "lost":
            self.overlay.set_property("data", "")
            return Gst.BusSyncReply.DROP
        face = Vitals.Box()
        for name in ("x", "y", "width", "height"):
            setattr(face, name, fields.get_double(name)[1])
        self.overlay.set_property("data", drawing(face))
        self.found = True
        return Gst.BusSyncReply.DROP

    def run(self):
        bus = self.pipeline.get_bus()
        bus.set_sync_handler(self.draw)
        self.pipeline.set_state(Gst.State.PLAYING)
        message = bus.timed_pop_filtered(
            Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
        self.pipeline.set_state(Gst.State.NULL)
        if message.type == Gst.MessageType.ERROR:
            sys.exit(f"show-face.py: {message.parse_error()[0].message}")
        return 0 if self.found else 3


def quoted(word):
    """As a launch line needs it: names of files may hold blanks."""
    name, equals, value = word.partition("=")
    if equals and "/" not in name:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{value}"'
    return word


def main():
    Gst.init(None)
    show = Show(sys.argv[1], [quoted(word) for word in sys.argv[2:]])
    try:
        return show.run()
    except KeyboardInterrupt:
        return 0 if show.found else 3


if __name__ == "__main__":
    sys.exit(main())
