// Everything a user should correct: parts that are not well, and files that were refused, with line, reason and hint.

import "./problems.css";
import { kCatalogSources, kManifestSources, useSources } from "../../api/objects";
import { useStatus } from "../../api/portal";
import type { Part } from "../../api/portal";
import { Card, CopyButton, Pill } from "../../components/basics";
import { EntityLink } from "../../components/entity_link";
import { kRowAttribute } from "../../components/list_keys";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { objectPath } from "../../lib/object_paths";
import { problemsOf } from "../../lib/problems";
import type { SourceProblem, SourceProblems } from "../../lib/problems";
import { Link } from "../../lib/router";
import { lastParts } from "../../lib/source";
import { counted } from "../../lib/text";

export function ProblemsPage() {
  const status = useStatus();
  const sources = useSources();
  const unwell = status.data?.parts.filter((part) => part.state === "failed" || part.state === "degraded") ?? [];
  const found = (sources.data ?? []).map(problemsOf).filter(({ problems }) => problems.length > 0);
  const total = found.reduce((sum, { problems }) => sum + problems.length, 0);
  const isKnown = sources.data !== undefined && status.data !== undefined;
  return (
    <Page
      title="Problems"
      titleText="Problems"
      subtitle={
        <p className="muted">
          {isKnown && total > 0 ? `${counted(total, "problem")} in ${counted(found.length, "source")}` : " "}
        </p>
      }
    >
      <div className="stack">
        {sources.error && <Problem error={sources.error} title="Sources cannot be read" />}
        {!isKnown && !sources.error && (
          <Card flush>
            <Skeleton rows={5} height={52} />
          </Card>
        )}
        {unwell.map((part) => (
          <UnwellPart key={part.name} part={part} />
        ))}
        {found.map((source) => (
          <SourceCard key={source.source.metadata.uid} found={source} />
        ))}
        {isKnown && total === 0 && unwell.length === 0 && (
          <Empty icon="check" title="Nothing needs attention">
            <p>Every part is well, and every file that was read was accepted.</p>
          </Empty>
        )}
      </div>
    </Page>
  );
}

export function UnwellPart({ part }: { part: Part }) {
  return (
    <section className="unwell" data-tone={part.state === "failed" ? "bad" : "warn"}>
      <header>
        <Pill tone={part.state === "failed" ? "bad" : "warn"}>{part.state}</Pill>
        <h2>{part.name}</h2>
      </header>
      <p>{part.summary}</p>
      {part.hint && <p className="muted">{part.hint}</p>}
    </section>
  );
}

function SourceCard({ found }: { found: SourceProblems }) {
  const { source, target, problems } = found;
  const kind = source.kind === kCatalogSources.kind ? kCatalogSources : kManifestSources;
  return (
    <Card
      title={<span title={target}>{lastParts(target, 4)}</span>}
      count={problems.length}
      flush
      actions={<Link to={objectPath(kind, "", source.metadata.name)}>{source.kind}</Link>}
    >
      <ul className="problem-list">
        {problems.map((problem, index) => (
          <ProblemRow key={index} problem={problem} />
        ))}
      </ul>
    </Card>
  );
}

function ProblemRow({ problem }: { problem: SourceProblem }) {
  const { file, line, subject, message, isWarning } = problem;
  const place = line > 0 ? `${file}:${line}` : file;
  return (
    <li className="problem-row" {...kRowAttribute}>
      <Pill tone={isWarning ? "warn" : "bad"}>{isWarning ? "warning" : "error"}</Pill>
      <div className="problem-text">
        <p>{message}</p>
        <p className="problem-place">
          {subject && /^[a-z]+:[^\s/]+\/\S+$/i.test(subject) ? <EntityLink entityRef={subject} /> : subject && <span>{subject}</span>}
          {file && (
            <span className="problem-file">
              <code title={place}>{place}</code>
              <CopyButton text={place} label="Copy file and line" />
            </span>
          )}
        </p>
      </div>
    </li>
  );
}
