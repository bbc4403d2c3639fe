"""Takes single files out of wheels: unpack.py FOLDER WHEEL:FILE:NAME…

WHEEL is the beginning of a wheel's file name in the working directory, NAME the file's new name below FOLDER.
"""
import pathlib
import sys
import zipfile

folder = pathlib.Path(sys.argv[1])
for wanted in sys.argv[2:]:
    wheel, file, name = wanted.split(":")
    (path,) = pathlib.Path().glob(f"{wheel}-*.whl")
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        target.write_bytes(archive.read(file))
