#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each element has a section, and each property that it installs, a doc block.
property-docs.py FOLDER_OF_THE_SOURCES"""

import pathlib
import re
import sys

try:
    import gi
    gi.require_version("Gst", "1.0")
    from gi.repository import Gst
except (ImportError, ValueError) as error:
    print(f"PyGObject (python3-gi) or a typelib is missing: {error}: skipped")
    sys.exit(77)

Gst.init(None)
text = "".join(path.read_text() for path in pathlib.Path(sys.argv[1]).glob("*.c"))
blocks = re.findall(r"/\*\*\n(.*?)\*/", text, re.DOTALL)
heads = {block.split("\n", 1)[0].strip(" *") for block in blocks
         if "Since: " in block}
sections = {name for block in blocks if "@short_description: " in block
            for name in re.findall("SECTION:(.*)", block) if "Since: " in block}
wanted = set()
for factory in Gst.Registry.get().get_feature_list_by_plugin("vitals"):
    element = factory.create(None)
    own = {f"{spec.owner_type.name}:{spec.name}:"
           for spec in element.list_properties()
           if spec.owner_type == element.__gtype__}
    wanted |= own | {f"element-{factory.get_name()}"}
wrong = sorted(wanted - heads - sections)
if len(wanted) < 100:
    sys.exit(f"only {len(wanted)} are installed")
print("\n".join(f"no doc block: {name}" for name in wrong)
      or f"{len(wanted)} are described")
sys.exit(bool(wrong))
