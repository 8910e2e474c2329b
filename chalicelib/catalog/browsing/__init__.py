"""Finding items: lists by filter, search by words, files for everybody."""
