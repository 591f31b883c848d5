"""The processes: one file each, found by looking in this folder. A new process is a new file and its story."""
