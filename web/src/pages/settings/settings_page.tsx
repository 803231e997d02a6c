// What a reader may choose. Kept in this browser.

import { useStatus } from "../../api/portal";
import { Card, Fact } from "../../components/basics";
import { Icon } from "../../components/icon";
import type { IconName } from "../../components/icon";
import { Page } from "../../components/page";
import { setTheme, useTheme } from "../../lib/theme";
import type { Theme } from "../../lib/theme";
import { fullTime } from "../../lib/time";

const kThemes: [Theme, string, IconName][] = [
  ["system", "As the system", "screen"],
  ["light", "Light", "sun"],
  ["dark", "Dark", "moon"],
];

export function SettingsPage() {
  const theme = useTheme();
  const status = useStatus();
  return (
    <Page title="Settings" titleText="Settings">
      <div className="stack">
        <Card title="Theme">
          <div className="segmented" role="group" aria-label="Theme">
            {kThemes.map(([value, label, icon]) => (
              <button
                key={value}
                type="button"
                aria-pressed={theme === value}
                onClick={() => {
                  setTheme(value);
                }}
              >
                <Icon name={icon} size={14} /> {label}
              </button>
            ))}
          </div>
        </Card>
        <Card title="This platform">
          <dl className="facts">
            <Fact label="Name">{status.data?.name}</Fact>
            <Fact label="Version">{status.data?.version}</Fact>
            <Fact label="File">
              <code>{status.data?.file || "none: an empty platform"}</code>
            </Fact>
            <Fact label="Started">{status.data && fullTime(status.data.startedAt)}</Fact>
          </dl>
        </Card>
      </div>
    </Page>
  );
}
