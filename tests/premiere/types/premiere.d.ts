// Short names for Premiere's published types.

declare namespace Ppro {
  type Project = import("@adobe/premierepro").Project;
  type Sequence = import("@adobe/premierepro").Sequence;
  type SequenceEditor = import("@adobe/premierepro").SequenceEditor;
  type TrackItemSelection = import("@adobe/premierepro").TrackItemSelection;
  type Action = import("@adobe/premierepro").Action;
  type TickTime = import("@adobe/premierepro").TickTime;
  type Marker = import("@adobe/premierepro").Marker;
  type Markers = import("@adobe/premierepro").Markers;
  type FolderItem = import("@adobe/premierepro").FolderItem;
  type ProjectItem = import("@adobe/premierepro").ProjectItem;
  type ClipProjectItem = import("@adobe/premierepro").ClipProjectItem;
  type MediaType = import("@adobe/premierepro").Constants.MediaType;
  type Item =
    | import("@adobe/premierepro").VideoClipTrackItem
    | import("@adobe/premierepro").AudioClipTrackItem;
  type Track = import("@adobe/premierepro").VideoTrack | import("@adobe/premierepro").AudioTrack;
}
