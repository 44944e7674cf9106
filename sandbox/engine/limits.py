"""The limits that hold in the sandbox: one table of plain data, shown to vendors and applied by the engine."""

from __future__ import annotations

from dataclasses import asdict, dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class ContainerLimits:
    """What one kind of container may use; sizes in MiB, `cpus` in cores."""

    role: str
    user: str
    memory_mb: int
    processes: int
    cpus: float
    open_files: int
    tmp_mb: int


APP = ContainerLimits("app", "65534:65534", 256, 128, 1.0, 1024, 64)
PROBE = ContainerLimits("probe", "65533:65533", 768, 128, 1.0, 4096, 64)
BROWSER = ContainerLimits("browser", "65532:65532", 1024, 256, 1.0, 4096, 256)
INTAKE = ContainerLimits("intake", "65531:65531", 256, 16, 1.0, 256, 16)
SELF_TEST = ContainerLimits("self-test", "65534:65534", 64, 32, 1.0, 256, 8)

APP_PORT = 8080
GATEWAY_PORT = 9000
APP_MEMORY_MB_LEAST = 32
APP_MEMORY_MB_MOST = 1024
VOLUME_MB = 16
TMP_FILES = 16_384  # in each tmpfs: every file costs kernel memory, however small
STOP_SECONDS = 10.0

LINE_BYTES = 256 * KIB
OUTPUT_BYTES = 32 * MIB
FRAME_BYTES = 16 * MIB
APP_LOG_BYTES = 8 * MIB
LOG_TAIL_BYTES = 16 * KIB


@dataclass(frozen=True)
class IntakeLimits:
    """What an image archive may hold; bytes unless the name says otherwise."""

    archive_bytes: int = GIB
    archive_entries: int = 4096
    json_bytes: int = MIB
    layers: int = 64
    layer_bytes: int = GIB
    image_bytes: int = 2 * GIB
    files_per_layer: int = 100_000
    name_bytes: int = 4096
    volumes: int = 8
    environment_variables: int = 256


INTAKE_ARCHIVE = IntakeLimits()


@dataclass(frozen=True)
class LimitRow:
    """One line of the table that vendors read."""

    code: str
    zh: str
    en: str
    value: str


TABLE: tuple[LimitRow, ...] = (
    LimitRow("network", "网络", "Network", "127.0.0.1"),
    LimitRow("memory", "内存", "Memory", f"{APP.memory_mb} MiB"),
    LimitRow("memory_most", "可申请的最大内存", "Most memory a version may ask for", f"{APP_MEMORY_MB_MOST} MiB"),
    LimitRow("cpus", "处理器核数", "Processor cores", f"{APP.cpus:g}"),
    LimitRow("processes", "进程与线程数", "Processes and threads", str(APP.processes)),
    LimitRow("open_files", "打开文件数", "Open files", str(APP.open_files)),
    LimitRow("tmp", "临时目录 /tmp", "Temporary folder /tmp", f"{APP.tmp_mb} MiB"),
    LimitRow("tmp_files", "临时目录与每个 VOLUME 目录中的文件数", "Files in /tmp or a VOLUME folder", str(TMP_FILES)),
    LimitRow("volume", "每个 VOLUME 目录", "Each VOLUME folder", f"{VOLUME_MB} MiB"),
    LimitRow("log", "一次测试的日志量", "Log output in one test", f"{APP_LOG_BYTES // MIB} MiB"),
    LimitRow("stop", "收到 SIGTERM 后停止", "Time to stop after SIGTERM", f"{STOP_SECONDS:g} s"),
    LimitRow("archive", "镜像归档大小", "Image archive", f"{INTAKE_ARCHIVE.archive_bytes // MIB} MiB"),
    LimitRow("layers", "镜像层数", "Image layers", str(INTAKE_ARCHIVE.layers)),
    LimitRow("layer", "每层解压后大小", "Each layer, unpacked", f"{INTAKE_ARCHIVE.layer_bytes // MIB} MiB"),
    LimitRow("image", "镜像解压后总大小", "Whole image, unpacked", f"{INTAKE_ARCHIVE.image_bytes // MIB} MiB"),
    LimitRow("files", "每层文件数", "Files in a layer", f"{INTAKE_ARCHIVE.files_per_layer}"),
)


def as_data() -> dict[str, object]:
    """The limits as plain JSON data, for the canonical report of a run."""
    return {
        "containers": [asdict(limits) for limits in (APP, PROBE, BROWSER, INTAKE)],
        "volume_mb": VOLUME_MB,
        "tmp_files": TMP_FILES,
        "line_bytes": LINE_BYTES,
        "output_bytes": OUTPUT_BYTES,
        "app_log_bytes": APP_LOG_BYTES,
        "stop_seconds": STOP_SECONDS,
        "intake": asdict(INTAKE_ARCHIVE),
    }
