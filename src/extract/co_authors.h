// Co-authors named in a commit's message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace github_stats {

// The values of the `Co-authored-by:` trailers of `message` ("Name <email>"), in order, each once.
//
// Trailers are read as git-interpret-trailers does: they stand in the last paragraph, which is not
// the first, one `Key: value` a line; the key's case does not matter, CRLF is as good as LF.
std::vector<std::string> co_authors_of(std::string_view message);

}  // namespace github_stats
