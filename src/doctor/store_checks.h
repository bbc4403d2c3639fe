// Whether chunks and checkpoints can be kept: a directory or a bucket, and room for them.
#pragma once

#include "doctor/google_access.h"
#include "doctor/parts.h"
#include "doctor/tell.h"
#include "store/object_store.h"

namespace github_stats::doctor {

// What can be asked, or nothing when there is no store, or none that can be read.
std::unique_ptr<ObjectStore> check_store(const Parts& parts, GoogleAccess& google,
                                         const Tell& tell);

// Writes an object, reads it back and removes it, whatever comes of reading it.
Finding try_writing(const Check& check, ObjectStore& store);

}  // namespace github_stats::doctor
