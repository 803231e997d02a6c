import { Empty } from "../../components/states";
import { Page } from "../../components/page";
import { Link } from "../../lib/router";

export function NotFoundPage({ path }: { path: string }) {
  return (
    <Page title="Not found" titleText="Not found">
      <Empty icon="search" title="There is no such page">
        <p>
          <code>{path}</code> leads nowhere. Press Ctrl K to search, or go <Link to="/">home</Link>.
        </p>
      </Empty>
    </Page>
  );
}
