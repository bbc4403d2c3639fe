#include "google/form.h"

#include "http/url.h"

namespace github_stats {

std::string form_of(const FormFields& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    form += form.empty() ? "" : "&";
    form += percent_encoded(name) + "=" + percent_encoded(value);
  }
  return form;
}

}  // namespace github_stats
