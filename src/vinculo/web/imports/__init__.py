"""Pages of imports: the list, the upload, the preview that can be corrected, the run, its result and its undo."""
