#!/bin/sh
# Makes the page fonts: one subset per face, as TTF for the typesetter (fonts/) and, from exactly that file, as WOFF2
# for the browser (public/fonts/page-*.woff2). See README.md.
# Usage: fonts/subset.sh DIRECTORY    with the unpacked npm packages in DIRECTORY/source-serif-4 and DIRECTORY/source-sans-3
set -eu
from=$1
here=$(cd "$(dirname "$0")" && pwd)
web=$here/../public/fonts
mkdir -p "$web"

# Latin (with Vietnamese), Greek, Cyrillic, combining marks, punctuation, currency, letterlike, arrows, mathematics,
# shapes; and the form that shows a character which the face lacks.
unicodes="U+0020-007E,U+00A0-024F,U+0259,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2000-206F"
unicodes="$unicodes,U+2070-209F,U+20A0-20CF,U+2100-214F,U+2150-218F,U+2190-21FF,U+2200-22FF,U+2500-25FF,U+2600-27BF,U+FB00-FB06,U+FFFD"
# What a shaper applies by default, and the figures that the templates ask for.
features="ccmp,locl,mark,mkmk,liga,calt,clig,rlig,kern,lnum,pnum,tnum,onum,case"

face() { # package, file in it, name here, family, style
    pyftsubset "$from/$1/$2" --unicodes="$unicodes" --layout-features="$features" --notdef-outline --glyph-names \
        --name-IDs='*' --name-languages='*' --no-hinting --output-file="$here/$3.ttf"
    python3 - "$here/$3.ttf" "$web/page-$3.woff2" "$4" "$5" <<'PY'
import sys
from fontTools.ttLib import TTFont
ttf, woff2, family, style = sys.argv[1:]
font = TTFont(ttf)
# "Source" is a reserved name and a subset is a modified version: it gets a name of its own.
names = {1: f"{family} {style}", 2: "Regular", 3: f"{family} {style}", 4: f"{family} {style}",
         6: f"{family}-{style}".replace(" ", ""), 16: family, 17: style}
for record in list(font["name"].names):
    if record.nameID in (25, *names):
        font["name"].removeNames(nameID=record.nameID)
for number, text in names.items():
    font["name"].setName(text, number, 3, 1, 0x409)
font.save(ttf)
font.flavor = "woff2"
font.save(woff2)
PY
}

face source-serif-4 400Regular/SourceSerif4_400Regular.ttf serif-regular "Page Serif" "Regular"
face source-serif-4 400Regular_Italic/SourceSerif4_400Regular_Italic.ttf serif-italic "Page Serif" "Italic"
face source-serif-4 600SemiBold/SourceSerif4_600SemiBold.ttf serif-semibold "Page Serif" "SemiBold"
face source-serif-4 600SemiBold_Italic/SourceSerif4_600SemiBold_Italic.ttf serif-semibold-italic "Page Serif" "SemiBold Italic"
face source-sans-3 400Regular/SourceSans3_400Regular.ttf sans-regular "Page Sans" "Regular"
face source-sans-3 400Regular_Italic/SourceSans3_400Regular_Italic.ttf sans-italic "Page Sans" "Italic"
face source-sans-3 600SemiBold/SourceSans3_600SemiBold.ttf sans-semibold "Page Sans" "SemiBold"
face source-sans-3 600SemiBold_Italic/SourceSans3_600SemiBold_Italic.ttf sans-semibold-italic "Page Sans" "SemiBold Italic"
cp "$from/source-serif-4/LICENSE_FONT" "$here/OFL-source-serif-4.txt"
cp "$from/source-sans-3/LICENSE_FONT" "$here/OFL-source-sans-3.txt"
