/// A disk whose fsync fails when a test says so: a layer over SQLite's own file system, which all connections of the
/// process go through once it is installed. The writes themselves take place, as they do when a real fsync fails.
#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

/// Becomes SQLite's default file system. May be called again.
void faulty_disk_install(void);

/// The next `count` fsyncs of files whose path begins with `folder` fail; 0 ends that. One folder at a time.
void faulty_disk_fail_syncs(const char *folder, int count);

#endif
