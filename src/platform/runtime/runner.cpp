#include "platform/runtime/runner.hpp"

#include "base/log.hpp"
#include "platform/runtime/report.hpp"
#include "platform/runtime/run.hpp"

namespace gp::runtime {

namespace {

constexpr Duration kReportTimeout =
    std::chrono::seconds(10);  // for status, after the deadline perhaps
constexpr int kStatusTurnsMax = 5;

bool has_finalizer(const Value& document, std::string_view finalizer) {
  return std::ranges::any_of(document["metadata"]["finalizers"].items(),
                             [&](const Value& item) { return item.text() == finalizer; });
}

bool is_suspended(const Value& document) {
  return document["metadata"]["annotations"][kSuspendAnnotation].text() == "true";
}

bool has_true_condition(const Value& document, std::string_view type) {
  return std::ranges::any_of(document["status"]["conditions"].items(), [&](const Value& condition) {
    return condition["type"].text() == type && condition["status"].text() == "True";
  });
}

// The API's own reason ("AlreadyExists", "Forbidden") when the error carries one.
std::string reason_of(const Error& error) {
  const std::string_view given = error.details["reason"].text();
  return std::string(given.empty() ? code_name(error.code) : given);
}

Value finalizers_patch(const Value& document, Value finalizers) {
  return Value::object(
      {{"metadata", Value::object({{"resourceVersion", document["metadata"]["resourceVersion"]},
                                   {"finalizers", std::move(finalizers)}})}});
}

}  // namespace

Result<> Controller::reconcile_deleted(const Context&, cluster::Cluster&, const object::Key&) {
  return {};
}

Runner::Runner(const Ground& ground, ControllerOptions options,
               std::unique_ptr<Controller> controller)
    : ground_(ground),
      options_(std::move(options)),
      manager_("goldenpath-" + options_.name),
      controller_(std::move(controller)),
      queue_(ground.clock, ground.random,
             {.min = options_.backoff_min, .max = options_.backoff_max, .jitter_percent = 10}) {
  subscribe();
}

Runner::~Runner() {
  stop();
}

void Runner::start() {
  if (pool_) return;
  pool_ = std::make_unique<WorkerPool>(WorkerPool::Options{
      .name = options_.name, .threads = options_.workers, .queue_max = options_.workers});
  for (std::size_t i = 0; i < options_.workers; ++i) {
    GP_CHECK(pool_->submit([this] { work(); }), "the pool has room for one task a worker");
  }
}

void Runner::stop() {
  queue_.shut_down();
  if (pool_) pool_->stop();
}

ControllerStats Runner::stats() const {
  return {options_.name, queue_.queued(), queue_.running(), reconciles_, errors_, retries_};
}

// --- from changes to keys
// --------------------------------------------------------------------------

void Runner::subscribe() {
  if (!options_.resource.empty()) {
    informer_ = &ground_.informers.of(options_.resource);
    ground_.informers.add_handler(options_.resource, [this](const store::Event& event) {
      if (own_writes_.hides(event)) return;
      if (event.type == store::Event::Type::Deleted && !options_.sees_deleted) return;
      if (options_.wants && !options_.wants(event)) return;
      queue_.add(event.object->key());
    });
  }
  for (const ControllerOptions::Watch& watch : options_.watches) {
    const auto add_all = [this](const std::vector<object::Key>& keys) {
      for (const object::Key& key : keys) queue_.add(key);
    };
    const auto resync = [add_all, &watch] {
      if (watch.all_keys) add_all(watch.all_keys());
    };
    ground_.informers.add_handler(
        watch.resource,
        [add_all, &watch](const store::Event& event) { add_all(watch.keys(event)); }, resync);
  }
}

// --- the loop
// --------------------------------------------------------------------------------------

void Runner::work() {
  while (const auto key = queue_.take()) {
    const auto term = ground_.gate.enter();  // waits while another process leads
    if (!term) {
      queue_.done(*key);
      return;
    }
    try {
      process(*key, *term);
    } catch (const std::exception& exception) {
      log::error(
          "controller", "an exception left the frame",
          {{"controller", options_.name}, {"key", key->to_string()}, {"what", exception.what()}});
      queue_.failed(*key);
    }
  }
}

void Runner::process(const object::Key& key, const std::stop_token& term) {
  const Context context(ground_.clock, options_.deadline, term);
  const auto object = find(context, key);
  if (object) return give_back(key, run_object(context, *object));
  if (object.error().code != Code::NotFound) return give_back(key, {{}, object.error()});

  const Result<Next> gone = run_gone(context, key);
  give_back(key, gone ? Outcome{*gone, {}} : Outcome{{}, gone.error()});
}

void Runner::give_back(const object::Key& key, const Outcome& outcome) {
  if (!outcome.error) {
    if (outcome.next.kind == Next::Kind::After) return queue_.done_after(key, outcome.next.delay);
    return queue_.done(key);
  }
  ++retries_;
  log::debug(manager_, "will try again",
             {{"object", key.to_string()}, {"error", outcome.error->message}});
  queue_.failed(key);
}

Result<object::ObjectRef> Runner::find(const Context& context, const object::Key& key) {
  if (!informer_ || key.resource != informer_->resource()) return ground_.cluster.get(context, key);
  if (object::ObjectRef object = informer_->get(key.ns, key.name)) return object;
  return fail(not_found("{} does not exist", key.to_string()));
}

Result<Next> Runner::run_gone(const Context& context, const object::Key& key) {
  if (!options_.sees_deleted) return Next::done();
  ++reconciles_;
  TRY(controller_->reconcile_deleted(context, ground_.cluster, key));
  return Next::done();
}

// --- one object
// ------------------------------------------------------------------------------------

Runner::Outcome Runner::run_object(const Context& context, object::ObjectRef object) {
  const bool is_finalized = !options_.finalizer.empty() && options_.finalize;
  if (is_finalized && !object->is_deleting()) {
    auto held = add_finalizer(context, object);
    if (!held) return {{}, held.error()};
    object = *held;
  }
  Run run(context, ground_.cluster, std::move(object));
  return is_finalized && run.object()->is_deleting() ? run_deleting(run) : run_living(run);
}

Runner::Outcome Runner::run_living(Run& run) {
  Outcome outcome;
  if (!hold_if_suspended(run)) {
    outcome = call(run, [&] { return controller_->reconcile(run); });
    report_ready(run, outcome);
  }
  const Result<> written = write_status(run);
  record_events(run);
  if (!outcome.error && !written) outcome.error = written.error();
  return outcome;
}

Runner::Outcome Runner::run_deleting(Run& run) {
  if (!has_finalizer(run.document(), options_.finalizer))
    return {};  // ours is done, others hold it
  const Outcome outcome = call(run, [&] { return options_.finalize(run); });
  record_events(run);
  if (!outcome.error && outcome.next.kind == Next::Kind::Done) {
    const Result<> removed = remove_finalizer(run);
    return removed ? Outcome{} : Outcome{{}, removed.error()};
  }

  if (outcome.error) report_ready(run, outcome);
  const Result<> written = write_status(run);
  return outcome.error || written ? outcome : Outcome{{}, written.error()};
}

Runner::Outcome Runner::call(Run& run, const std::function<Result<Next>()>& action) {
  ++reconciles_;
  try {
    auto next = action();
    if (next) return {*next, {}};
    if (next.error().code != Code::Conflict) ++errors_;
    return {{}, next.error()};
  } catch (const std::exception& exception) {
    ++errors_;
    return {{},
            internal_error("controller \"{}\" failed on {}: {}", options_.name,
                           run.key().to_string(), exception.what())};
  }
}

bool Runner::hold_if_suspended(Run& run) {
  if (!run.object()->is_deleting() && is_suspended(run.document())) {
    if (options_.reports_ready) {
      run.condition("Suspended", "True", "Suspended",
                    fmt::format("annotation {} is \"true\": nothing is changed until it is removed",
                                kSuspendAnnotation));
    }
    return true;
  }
  if (has_true_condition(run.document(), "Suspended")) {
    run.condition("Suspended", "False", "Resumed", "");
  }
  return false;
}

// --- finalizers
// ------------------------------------------------------------------------------------

Result<object::ObjectRef> Runner::add_finalizer(const Context& context,
                                                const object::ObjectRef& object) {
  const Value document = object->parse();
  if (has_finalizer(document, options_.finalizer)) return object;
  Value finalizers = document["metadata"]["finalizers"];
  finalizers.push_back(options_.finalizer);
  return ground_.cluster.patch(context, object->key(), cluster::PatchType::Merge,
                               finalizers_patch(document, std::move(finalizers)), manager_);
}

Result<> Runner::remove_finalizer(Run& run) {
  Value kept = Value::array();
  for (const Value& item : run.document()["metadata"]["finalizers"].items()) {
    if (item.text() != options_.finalizer) kept.push_back(item);
  }
  const auto patched =
      ground_.cluster.patch(run.context(), run.key(), cluster::PatchType::Merge,
                            finalizers_patch(run.document(), std::move(kept)), manager_);
  if (!patched && patched.error().code != Code::NotFound) return fail(patched.error());
  return {};
}

// --- reporting
// -------------------------------------------------------------------------------------

void Runner::report_ready(Run& run, const Outcome& outcome) {
  const bool is_worth_telling = !outcome.error || (outcome.error->code != Code::Conflict &&
                                                   outcome.error->code != Code::Cancelled);
  if (!is_worth_telling) return;
  if (!options_.reports_ready) {
    if (!outcome.error) return;
    log::warn(manager_, outcome.error->message,
              {{"object", run.key().to_string()}, {"detail", outcome.error->detail}});
    return;
  }

  run.observed_generation = run.document()["metadata"]["generation"].integer();
  if (!outcome.error) {
    if (!run.report.has_condition("Ready")) run.condition("Ready", "True", "Reconciled", "");
    return;
  }
  const std::string reason = reason_of(*outcome.error);
  const std::string message = outcome.error->to_string();
  run.condition("Ready", "False", reason, message);
  run.event("Warning", reason, message);
}

// A compare-and-set on what was reconciled; when others wrote meanwhile, the report goes onto their
// state.
Result<> Runner::write_status(Run& run) {
  if (run.report.empty() && !run.observed_generation) return {};
  const Context context(ground_.clock, kReportTimeout);
  Value document = run.document();
  for (int turn = 1;; ++turn) {
    const Value before = document["status"];
    Value after = run.report.applied_to(before, ground_.clock.now(), run.observed_generation);
    if (after == before || (before.is_null() && after.empty())) return {};
    document.set("status", std::move(after));

    if (turn == 1) own_writes_.begin(run.key(), run.object()->revision());
    const auto written = ground_.cluster.update_status(context, document, manager_);
    if (turn == 1 && own_writes_.end(run.key(), written ? (*written)->revision() : 0)) {
      queue_.add(run.key());
    }
    if (written || written.error().code == Code::NotFound) return {};
    if (written.error().code != Code::Conflict || turn == kStatusTurnsMax)
      return fail(written.error());

    const auto newest = ground_.cluster.get(context, run.key());
    if (!newest && newest.error().code == Code::NotFound) return {};
    if (!newest) return fail(newest.error());
    if ((*newest)->uid() != run.object()->uid()) return {};  // another object of that name
    document = (*newest)->parse();
  }
}

void Runner::record_events(Run& run) {
  const std::string& component = options_.component.empty() ? manager_ : options_.component;
  for (const EventRecorder::Note& note : run.notes)
    ground_.events.record(run.document(), component, note);
}

}  // namespace gp::runtime
