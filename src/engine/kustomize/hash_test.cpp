// Hashes as kustomize's own tests of its hasher state them.

#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "engine/kustomize/resource.hpp"

using namespace gp;

namespace {

std::string hash_of_yaml(std::string_view text) {
  return kustomize::hash_of(parse_yaml(text).value_or(Value()));
}

}  // namespace

TEST_CASE("kustomize: the hash of a ConfigMap is made of its data and name") {
  CHECK(hash_of_yaml("{apiVersion: v1, kind: ConfigMap}") == "6ct58987ht");
  CHECK(hash_of_yaml("{apiVersion: v1, kind: ConfigMap, data: {one: ''}}") == "9g67k2htb6");
  CHECK(hash_of_yaml("{apiVersion: v1, kind: ConfigMap, data: {two: '2', one: '', three: '3'}}") ==
        "f5h7t85m9b");
}

TEST_CASE("kustomize: the hash of a Secret is made of its type, too") {
  CHECK(hash_of_yaml("{apiVersion: v1, kind: Secret, type: my-type, data: {one: ''}}") ==
        "74bd68bm66");
}
