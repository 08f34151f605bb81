"""Fields for what people write about themselves: nothing is filled in again, and nothing leaves the device.

The spelling and writing aids of some browsers send what is typed to their makers (threat T6). So they are
off where private words are written, though they would help some people to write: nobody is corrected here.
"""

PRIVATE: dict[str, str] = {
    "autocomplete": "off",
    "autocapitalize": "sentences",
    "spellcheck": "false",
    "writingsuggestions": "false",
    "dir": "auto",
}
"""Attributes of such a field."""
