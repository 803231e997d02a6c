#include "platform/object/types.hpp"

#include <doctest/doctest.h>

#include <array>

namespace gp::object {
namespace {

std::string error_of(std::string_view text) {
  const auto table = TypeTable::parse(std::span(&text, 1));
  return table ? "" : table.error().message;
}

}  // namespace

TEST_CASE("types: a text is read") {
  constexpr std::string_view kText =
      "package com.example v1\n"
      "type Thing root : A thing.\n"
      "  names 2 {[string]} : Names by language.\n"
      "  source 3 Source inline\n"
      "  parts 4 [Part] merge=name map=name,port keep\n"
      "  count 5 int32? default=3\n"
      "type Source\n"
      "  path 1 string enum=a|b\n"
      "type Part atomic\n"
      "  name 1 string keep\n";
  const auto table = TypeTable::parse(std::span(&kText, 1));
  REQUIRE_MESSAGE(table.has_value(), table.error().message);

  const Type& thing = *table->find("com.example.Thing");
  CHECK(thing.description == "A thing.");
  CHECK(thing.fields.size() == 6);  // with apiVersion and kind
  CHECK(thing.find("names")->container == Container::MapOfList);
  CHECK(thing.find("path")->inline_tag == 3);
  CHECK(thing.find("path")->allowed.size() == 2);
  CHECK(thing.find("parts")->merge_key == "name");
  CHECK(thing.find("parts")->list_keys.size() == 2);
  CHECK(thing.find("parts")->is_required);
  CHECK(thing.find("count")->default_value.integer() == 3);
  CHECK(go_type_name(*thing.find("parts")) == "[]v1.Part");
  CHECK(table->find("com.example.Part")->is_atomic);
}

TEST_CASE("types: a mistake names its line") {
  CHECK(error_of("package a v1\ntype T\n  x\n") ==
        "types of a, line 3: expected a name and a type");
  CHECK(error_of("package a v1\ntype T\n  x 1 string always\n") ==
        "types of a, line 3: unknown flag \"always\"");
  CHECK(error_of("package a v1\ntype T\n  x 1 Nothing\n") ==
        "a.T names type \"a.Nothing\", which is not described");
  CHECK(error_of("package a v1\nkind T ts\n") == "kind \"T\" of a has no type");
  CHECK(error_of("package a v1\ntype T\ntype T\n") ==
        "types of a, line 3: type \"T\" is described twice");
  CHECK(error_of("  x 1 string\n") == "types of ?, line 1: a field before any type");
}

TEST_CASE("types: protobuf numbers of a type differ") {
  for (const Type* type : builtin_types().all()) {
    std::vector<std::array<int, 3>> numbers;
    for (const Field& field : type->fields) {
      if (field.tag == 0) continue;
      const std::array<int, 3> number = {field.inline_tag, field.inner_inline_tag, field.tag};
      CHECK_MESSAGE(std::ranges::find(numbers, number) == numbers.end(), type->schema_name(), ".",
                    field.name);
      numbers.push_back(number);
    }
  }
}

TEST_CASE("types: lists that merge by key have the key in their items") {
  for (const Type* type : builtin_types().all()) {
    for (const Field& field : type->fields) {
      if (field.merge == Merge::ByKey) {
        CHECK_MESSAGE(field.object->find(field.merge_key) != nullptr, type->schema_name(), ".",
                      field.name);
      }
      for (const std::string_view key : field.list_keys) {
        CHECK_MESSAGE(field.object->find(key) != nullptr, type->schema_name(), ".", field.name);
      }
    }
  }
}

}  // namespace gp::object
