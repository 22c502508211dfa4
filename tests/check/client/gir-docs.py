#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks what bindings are told of the library.  gir-docs.py Vitals-1.0.gir

Every public function has a description (a plain comment in a header is read by
nobody, its annotations neither), and what a getter returns stays with its
owner: told otherwise, a binding frees it."""

import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

# Getters that give a copy.
COPIES = {"vitals_circadify_client_get_last_rate_limit"}


def functions(tree):
    for tag in ("function", "method", "constructor"):
        for element in tree.iter(CORE + tag):
            # a method of a plain struct is listed a second time, as moved
            if "moved-to" not in element.attrib:
                yield element.get(C + "identifier"), element


def faults(name, element):
    if element.find(CORE + "doc") is None:
        yield "has no description"
    for parameter in element.iter(CORE + "parameter"):
        if parameter.find(CORE + "doc") is None:
            yield f"does not say what {parameter.get('name')} is"
    returned = element.find(CORE + "return-value")
    is_void = returned.find(CORE + "type[@name='none']") is not None
    if not is_void and returned.find(CORE + "doc") is None:
        yield "does not say what it returns"
    if "_get_" in name and returned.get("transfer-ownership") != "none" \
            and name not in COPIES:
        yield "gives away what belongs to its object"


found = dict(functions(ElementTree.parse(sys.argv[1])))
if len(found) < 50:
    sys.exit(f"only {len(found)} functions in {sys.argv[1]}")
wrong = [f"{name} {fault}" for name, element in sorted(found.items())
         for fault in faults(name, element)]
print("\n".join(wrong) or f"{len(found)} functions are described")
sys.exit(bool(wrong))
