// What of an object a file keeps beside its content, and how: its time and permissions are the
// file's own, so that the tree is what it was for any program; everything that its metadata says,
// and the content type, is in the extended attribute "user.penstock.object", where the file system
// has such a thing.
//
// The attribute is text: a line with size and time of the file it was made for, a line with the
// content type, and a line "name=value" for each of the metadata. A file that somebody else has
// changed since has another size or time: what was written about the old content is then not told
// (a SHA-256, say). For such a file, and for one that another program has made, the metadata is the
// "mtime" and "mode" it has now.
#pragma once

#include <string>

#include <sys/stat.h>

#include "penstock/error.h"

#include "store/store.h"

namespace penstock {

// Changes when the content does, as far as the kernel tells: device, inode, size, time of change of
// content and of status. No MD5, and never mistaken for one.
std::string local_etag(const struct stat& status);

// Without what only an open file tells (content type, metadata).
ObjectInfo local_info(std::string key, const struct stat& status);

// Content type and metadata of the open file `fd`, of which `status` was just taken, into `info`.
void read_local_metadata(int fd, const struct stat& status, ObjectInfo& info);

// The permission bits that the object's file is created with: those of its metadata, else 0666;
// its owner can always read and, until finish_local_file(), write it. Set-id bits are dropped.
mode_t local_mode(const PutOptions& options);

// Gives a file whose content is complete its time, attribute and permissions. Where there are no
// attributes only what they would have held is lost. The error has no name in front.
Status finish_local_file(int fd, const PutOptions& options);

// Whether files of the directory `fd` can have the attribute.
bool keeps_attributes(int fd);

}  // namespace penstock
