#include "google/form.h"

#include "config/ascii.h"

namespace github_stats {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4U];
      encoded += kDigits[byte & 15U];
    }
  }
  return encoded;
}

std::string form_of(const FormFields& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    form += form.empty() ? "" : "&";
    form += percent_encoded(name) + "=" + percent_encoded(value);
  }
  return form;
}

}  // namespace github_stats
