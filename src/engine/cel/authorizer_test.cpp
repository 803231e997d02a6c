#include "engine/cel/authorizer.hpp"

#include <doctest/doctest.h>

#include "engine/cel/cel.hpp"

using namespace gp;

namespace {

// Everybody may get pods; the service account "ci/bot" may do anything; /healthz is open.
cel::AccessAnswer decide(const cel::AccessQuestion& question) {
  if (!question.is_resource) return {question.path == "/healthz", ""};
  if (question.service_account == "bot") return {question.service_account_ns == "ci", "a bot"};
  return {question.resource == "pods" && question.verb == "get" && question.ns != "locked", "rule"};
}

bool asks(const char* expression) {
  const cel::Environment environment = {{"authorizer", cel::authorizer_type()},
                                        {"authorizer.requestResource", cel::resource_check_type()}};
  const auto program = cel::Program::compile(expression, environment);
  REQUIRE_MESSAGE(program, (program ? "" : program.error().message));
  cel::Budget budget;
  cel::AccessQuestion own;
  own.resource = "pods";
  const cel::Val out =
      program->evaluate({{"authorizer", cel::make_authorizer(decide)},
                         {"authorizer.requestResource", cel::make_resource_check(decide, own)}},
                        budget);
  REQUIRE_MESSAGE(out.is(cel::Val::Kind::Bool), out.text());
  return out.as_bool();
}

}  // namespace

TEST_CASE("cel: expressions ask the authorizer about resources, paths and service accounts") {
  CHECK(asks("authorizer.group('').resource('pods').namespace('a').check('get').allowed()"));
  CHECK_FALSE(
      asks("authorizer.group('').resource('pods').namespace('locked').check('get').allowed()"));
  CHECK(asks("authorizer.path('/healthz').check('get').allowed()"));
  CHECK(
      asks("authorizer.serviceAccount('ci', 'bot').group('apps').resource('deployments')"
           ".subresource('scale').name('x').check('patch').reason() == 'a bot'"));
}

TEST_CASE("cel: authorizer.requestResource is a variable of its own") {
  CHECK(asks("authorizer.requestResource.check('get').allowed()"));
  CHECK_FALSE(asks("authorizer.requestResource.check('delete').allowed()"));
}

TEST_CASE("cel: a program names the variables it needs, not those of its loops") {
  const cel::TypePtr dyn = cel::Type::simple(cel::Type::Kind::Dyn);
  const auto program =
      cel::Program::compile("object.a.all(x, x == variables.y) || has(object.b)",
                            {{"object", dyn}, {"other", dyn}, {"variables.y", dyn}});
  REQUIRE(program);

  CHECK(program->variables() == std::vector<std::string>{"object", "variables.y"});
}
