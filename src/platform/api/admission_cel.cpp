#include "platform/api/admission_cel.hpp"

#include <algorithm>

#include "platform/object/convert.hpp"

namespace gp::api::admission {
namespace {

using cel::Type;
using cel::TypePtr;
using TypeKind = cel::Type::Kind;

TypePtr text() {
  return Type::simple(TypeKind::String);
}
TypePtr dyn() {
  return Type::simple(TypeKind::Dyn);
}

TypePtr object_of(std::string name, std::vector<Type::Field> fields) {
  std::ranges::sort(fields, {}, &Type::Field::name);
  return Type::object(std::move(name), std::move(fields));
}

const TypePtr& request_type() {
  static const TypePtr type = [] {
    const TypePtr kind = object_of("kubernetes.GroupVersionKind",
                                   {{"group", text()}, {"version", text()}, {"kind", text()}});
    const TypePtr resource =
        object_of("kubernetes.GroupVersionResource",
                  {{"group", text()}, {"version", text()}, {"resource", text()}});
    const TypePtr user =
        object_of("kubernetes.UserInfo", {{"username", text()},
                                          {"uid", text()},
                                          {"groups", Type::list(text())},
                                          {"extra", Type::map(text(), Type::list(text()))}});
    return object_of("kubernetes.AdmissionRequest", {{"kind", kind},
                                                     {"resource", resource},
                                                     {"subResource", text()},
                                                     {"requestKind", kind},
                                                     {"requestResource", resource},
                                                     {"requestSubResource", text()},
                                                     {"name", text()},
                                                     {"namespace", text()},
                                                     {"operation", text()},
                                                     {"userInfo", user},
                                                     {"dryRun", Type::simple(TypeKind::Bool)},
                                                     {"options", dyn()}});
  }();
  return type;
}

const TypePtr& namespace_type() {
  static const TypePtr type = [] {
    const TypePtr strings = Type::map(text(), text());
    const TypePtr metadata = object_of("kubernetes.NamespaceMetadata",
                                       {{"name", text()},
                                        {"generateName", text()},
                                        {"namespace", text()},
                                        {"labels", strings},
                                        {"annotations", strings},
                                        {"UID", text()},
                                        {"uid", text()},
                                        {"creationTimestamp", text()},
                                        {"deletionTimestamp", text()},
                                        {"deletionGracePeriodSeconds", Type::simple(TypeKind::Int)},
                                        {"generation", Type::simple(TypeKind::Int)},
                                        {"resourceVersion", text()},
                                        {"finalizers", Type::list(text())}});
    const TypePtr spec =
        object_of("kubernetes.NamespaceSpec", {{"finalizers", Type::list(text())}});
    const TypePtr condition =
        object_of("kubernetes.NamespaceCondition", {{"type", text()},
                                                    {"status", text()},
                                                    {"reason", text()},
                                                    {"message", text()},
                                                    {"lastTransitionTime", text()}});
    const TypePtr status = object_of("kubernetes.NamespaceStatus",
                                     {{"phase", text()}, {"conditions", Type::list(condition)}});
    return object_of("kubernetes.Namespace",
                     {{"metadata", metadata}, {"spec", spec}, {"status", status}});
  }();
  return type;
}

std::string variable_name(std::string_view name) {
  return fmt::format("variables.{}", name);
}

std::string type_list(std::initializer_list<TypeKind> wanted) {
  std::string out;
  for (const TypeKind kind : wanted) {
    if (!out.empty()) out += ' ';
    out += kind == TypeKind::Null ? "null_type" : Type::simple(kind)->to_string();
  }
  return out;
}

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& item : list) array.push_back(item);
  return array;
}

Value gvk(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  const bool has_group = slash != std::string_view::npos;
  return Value::object({{"group", has_group ? api_version.substr(0, slash) : ""},
                        {"version", has_group ? api_version.substr(slash + 1) : api_version},
                        {"kind", kind}});
}

Value gvr(const object::Kind& kind) {
  return Value::object(
      {{"group", kind.group}, {"version", kind.version}, {"resource", kind.plural}});
}

Value user_info(const Caller& caller) {
  Value info = Value::object({{"username", caller.user}});
  if (!caller.uid.empty()) info.set("uid", caller.uid);
  if (!caller.groups.empty()) info.set("groups", texts(caller.groups));
  if (!caller.extra.empty()) {
    Value extra = Value::object();
    for (const auto& [key, values] : caller.extra) extra.set(key, texts(values));
    info.set("extra", std::move(extra));
  }
  return info;
}

Caller service_account(const cel::AccessQuestion& question) {
  const std::string& ns = question.service_account_ns;
  return Caller{fmt::format("system:serviceaccount:{}:{}", ns, question.service_account),
                {},
                {"system:serviceaccounts", "system:serviceaccounts:" + ns, "system:authenticated"},
                {}};
}

cel::AccessSource access_source(Authorizer* authorizer, const Caller& caller) {
  if (authorizer == nullptr) return {};
  return [authorizer, &caller](const cel::AccessQuestion& question) {
    Attributes attributes;
    attributes.verb = question.verb;
    attributes.is_resource = question.is_resource;
    attributes.path = question.path;
    attributes.group = question.group;
    attributes.version = question.version;
    attributes.resource = question.resource;
    attributes.subresource = question.subresource;
    attributes.ns = question.ns;
    attributes.name = question.name;
    const Decision decision = question.service_account.empty()
                                  ? authorizer->decide(caller, attributes)
                                  : authorizer->decide(service_account(question), attributes);
    return cel::AccessAnswer{decision.is_allowed, decision.reason};
  };
}

}  // namespace

cel::Environment make_environment(const EnvironmentOptions& options) {
  const TypePtr object = options.object_type ? options.object_type : dyn();
  cel::Environment environment = {{"object", object},
                                  {"oldObject", object},
                                  {"request", request_type()},
                                  {"namespaceObject", namespace_type()},
                                  {"variables", Type::object("kubernetes.variables", {})}};
  if (options.has_params) {
    environment.push_back({"params", options.params_type ? options.params_type : dyn()});
  }
  if (options.has_authorizer) {
    environment.push_back({"authorizer", cel::authorizer_type()});
    environment.push_back({"authorizer.requestResource", cel::resource_check_type()});
  }
  return environment;
}

void add_variable(cel::Environment& environment, const std::string& name, TypePtr type) {
  environment.push_back({variable_name(name), std::move(type)});
}

Result<Expression> compile(std::string_view text, const cel::Environment& environment,
                           std::initializer_list<TypeKind> wanted) {
  auto program = cel::Program::compile(text, environment);
  if (!program) {
    return fail(invalid_argument("compilation failed: {}", program.error().message));
  }
  const TypeKind found = program->result_type().kind;
  if (wanted.size() > 0 && std::ranges::find(wanted, found) == wanted.end()) {
    if (wanted.size() > 1) {
      return fail(invalid_argument("must evaluate to one of [{}]", type_list(wanted)));
    }
    return fail(invalid_argument("must evaluate to {} but got {}", type_list(wanted),
                                 program->result_type().to_string()));
  }
  Expression expression;
  expression.text = text;
  expression.needs = program->variables();
  expression.program = std::move(*program);
  return expression;
}

Value review_request(const AdmissionRequest& request, const object::Kind& kind) {
  const Target& target = request.target;
  const bool is_own_document =
      target.subresource != "scale" && request.operation != Operation::Connect;
  const std::string_view document_version = request.api_version();
  const Value request_kind = is_own_document ? gvk(target.kind->api_version(), target.kind->kind)
                                             : gvk(document_version, request.kind());
  Value out = Value::object();
  out.set("kind", is_own_document ? gvk(kind.api_version(), kind.kind) : request_kind);
  out.set("resource", gvr(kind));
  if (!target.subresource.empty()) out.set("subResource", target.subresource);
  out.set("requestKind", request_kind);
  out.set("requestResource", gvr(*target.kind));
  if (!target.subresource.empty()) out.set("requestSubResource", target.subresource);
  if (!target.name.empty()) out.set("name", target.name);
  const bool is_namespace = target.kind->group.empty() && target.kind->plural == "namespaces";
  const std::string& ns = is_namespace ? target.name : target.ns;
  if (!ns.empty()) out.set("namespace", ns);
  out.set("operation", operation_name(request.operation));
  if (request.caller != nullptr) out.set("userInfo", user_info(*request.caller));
  out.set("dryRun", request.dry_run);
  out.set("options", request.options);
  return out;
}

Inputs::Inputs(const AdmissionRequest& request, KindPtr kind, Authorizer* authorizer, Value ns)
    : request_(request), kind_(std::move(kind)), authorizer_(authorizer), ns_(std::move(ns)) {
  const bool is_other = kind_ != request.target.kind && request.target.subresource != "scale";
  object_ = is_other && !request.object.is_null() ? object::convert(request.object, *kind_)
                                                  : request.object;
  old_object_ = is_other && !request.old_object.is_null()
                    ? object::convert(request.old_object, *kind_)
                    : request.old_object;
}

void Inputs::set_params(Value params) {
  params_ = std::move(params);
  known_.clear();
}

void Inputs::set_variables(std::vector<Variable> variables) {
  variables_.clear();
  for (Variable& variable : variables) {
    variables_.emplace(variable_name(variable.name), variable.expression);
  }
}

const Value& Inputs::review_request() {
  if (review_.is_null()) review_ = admission::review_request(request_, *kind_);
  return review_;
}

cel::Val Inputs::value_of(std::string_view name, cel::Budget& budget) {
  const Target& target = request_.target;
  if (name == "object") return cel::Val::json(object_, nullptr);
  if (name == "oldObject") return cel::Val::json(old_object_, nullptr);
  if (name == "params") return cel::Val::json(params_, nullptr);
  if (name == "request") return cel::Val::json(review_request(), request_type());
  if (name == "namespaceObject") return cel::Val::json(ns_, namespace_type());
  if (name == "authorizer") {
    return cel::make_authorizer(access_source(authorizer_, *request_.caller));
  }
  if (name == "authorizer.requestResource") {
    cel::AccessQuestion question;
    question.group = target.kind->group;
    question.version = target.kind->version;
    question.resource = target.kind->plural;
    question.subresource = target.subresource;
    question.ns = target.ns;
    question.name = target.name;
    return cel::make_resource_check(access_source(authorizer_, *request_.caller),
                                    std::move(question));
  }
  return variable(name, budget);
}

// A variable that fails is an error where it is used, and only there.
cel::Val Inputs::variable(std::string_view name, cel::Budget& budget) {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return {};
  cel::Val value = run(*found->second, budget);
  if (!value.is_error()) return value;
  return cel::Val::error(fmt::format("composited variable \"{}\" fails to evaluate: {}",
                                     name.substr(name.find('.') + 1), value.text()));
}

cel::Val Inputs::run(const Expression& expression, cel::Budget& budget) {
  cel::Activation activation;
  for (const std::string& name : expression.needs) {
    auto known = known_.find(name);
    if (known == known_.end()) known = known_.emplace(name, value_of(name, budget)).first;
    activation.emplace_back(name, known->second);
  }
  return expression.program->evaluate(activation, budget);
}

Result<cel::Val> Inputs::evaluate(const Expression& expression, cel::Budget& budget) {
  cel::Budget call{std::min(budget.remaining, kCallCostMax)};
  const std::uint64_t before = call.remaining;
  cel::Val value = run(expression, call);
  (void)budget.spend(before - call.remaining);
  if (!value.is_error()) return value;
  return fail(
      invalid_argument("expression '{}' resulted in error: {}", expression.text, value.text()));
}

Result<bool> conditions_hold(const std::vector<Condition>& conditions, Inputs& inputs) {
  cel::Budget budget{kConditionsCostMax};
  std::string errors;
  std::size_t count = 0;
  for (const Condition& condition : conditions) {
    auto value = inputs.evaluate(condition.expression, budget);
    if (!value) {
      errors += (count++ == 0 ? "" : ", ") + value.error().message;
    } else if (!value->is(cel::Val::Kind::Bool) || !value->as_bool()) {
      return false;  // one that is false decides, whatever else failed
    }
  }
  if (count == 0) return true;
  return fail(invalid_argument("{}", count == 1 ? errors : "[" + errors + "]"));
}

}  // namespace gp::api::admission
