// The panel's own shapes; those of the wire are as bridge/wire/hosts.py and premiere.py have them.

declare namespace Shell {
  type Kind = "video" | "audio";
  type Action = "edit" | "generate";
  type Page = "none" | "browser";
  type Rung = "selected" | "playhead" | "marks" | "none";

  /** As `nle-bridge install premiere` writes it. */
  type Config = { ports: number[]; key: string; version: string };
  type Asked = { method: string; headers: Record<string, string>; body?: string };

  /** What is open now; ids and names are empty where nothing is. */
  type Opened = {
    project: Ppro.Project | null;
    projectId: string;
    projectName: string;
    sequence: Ppro.Sequence | null;
    sequenceId: string;
    sequenceName: string;
  };

  /** Times are ticks from the sequence's start, tracks count from 0. */
  type Row = { item: Ppro.Item; kind: Kind; track: number; start: bigint; end: bigint };
  type Lane = { kind: Kind; track: number; made: boolean };
  type Media = {
    item: Ppro.ProjectItem;
    clip: Ppro.ClipProjectItem;
    path: string;
    id: string;
    fresh: boolean; // it came just now: nothing on any sequence can be of it
  };

  /** One file on its way to a track: `head` is where its own times begin, in ticks. */
  type Cargo = { media: Media; lane: Lane; head: bigint; video: number; audio: number };
  type Original = Row & { hidden: boolean }; // `hidden`: by the editor
  type Before = { track: Ppro.Track; rows: Row[] };
  type Found = { ours: Row[]; harmed: boolean; exact: boolean };
  type Placed = { done: Row | null; leftovers: Row[] };
  type Sound = { media: Media | null; warnings: string[] };

  type Ways = { hold: () => Promise<boolean>; sleep: (seconds: number) => Promise<void> };
  type Bench = {
    verbs: import("../../../bridge/panel/premiere/verbs.js").Verbs;
    say: (text: string) => void;
    sleep: (seconds: number) => Promise<void>;
  };
  type Around = {
    daemon: () => Promise<import("../../../bridge/panel/premiere/daemon.js").Daemon>;
    lose: () => void;
    sleep: (seconds: number) => Promise<void>;
    trouble: (error: unknown) => void;
    ended: () => void;
    say: (text: string) => void;
  };

  // ---- the wire

  type Report = {
    plugin: string;
    runner: string;
    action: Action;
    lane: "uxp";
    page: Page;
    product: string;
    version: string;
    project: { id: string; name: string; path: string };
    sequence: Record<string, string | number | boolean | null>;
    export: string;
    rung: Rung;
    markers: { start: string; name: string; colour: string }[];
    items: ItemFacts[];
  };
  type ItemFacts = {
    id: string;
    name: string;
    track: number;
    start: string;
    end: string;
    in_point: string | null;
    out_point: string | null;
    speed: number | null;
    reversed: number | null;
    disabled: boolean;
    adjustment: boolean;
    media: Record<string, string | number | boolean | null> | null;
  };
  type Order = {
    id: string;
    mode: string;
    project_id: string;
    timeline_id: string;
    media: string;
    sound: string | null;
    media_frames: number;
    source_start: number;
    frames: number;
    record_start: number;
    track: number; // of the original, from 1
    name: string;
    bins: string[];
    track_name: string;
    sound_track_name: string;
    marker: { name: string; note: string; custom: string };
    timeline_file: string;
    timeline_name: string;
    all_media: string[];
    original?: { track: number; start: number; frames: number; id: string } | null; // frames
  };
  type Readback = {
    track?: number; // from 1
    track_name?: string;
    record_start?: number;
    frames: number;
    item: string;
    warnings: string[];
    adopted: boolean;
    timeline?: string;
    timeline_name?: string;
  };
}
