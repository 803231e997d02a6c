#include "engine/kustomize/image.hpp"

namespace gp::kustomize {

Image Image::parse(std::string_view text) {
  Image image;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  const std::size_t slash = text.rfind('/');
  const bool has_tag =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  image.name = text.substr(0, has_tag ? colon : text.size());
  if (has_tag) image.tag = text.substr(colon + 1);
  return image;
}

std::string Image::to_string() const {
  std::string text = name;
  if (!tag.empty()) text += ":" + tag;
  if (!digest.empty()) text += "@" + digest;
  return text;
}

}  // namespace gp::kustomize
