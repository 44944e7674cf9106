"""What intake says to a vendor, in both languages: the sentence for each code, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Wording:
    """A sentence and its remedy; named placeholders are the refusal's params and `place`."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


REFUSALS: Mapping[str, Wording] = {
    "not_an_archive": Wording(
        "上传的文件不是 tar 镜像归档。",
        "The uploaded file is not a tar archive of an image.",
        "请用 docker save -o app.tar <镜像> 导出未压缩的归档后上传；压缩过的文件请先解压。",
        "Export it with docker save -o app.tar <image> and upload the plain .tar; decompress it first if it is zipped.",
    ),
    "archive_cut_off": Wording(
        "归档不完整，中途断开。",
        "The archive is cut off before its end.",
        "请检查本地文件大小，重新上传完整的归档。",
        "Compare the size with your local file and upload the whole archive again.",
    ),
    "archive_too_big": Wording(
        "归档超过 {limit_mib} MiB。",
        "The archive is larger than {limit_mib} MiB.",
        "请使用更小的基础镜像，并删除构建工具和缓存。",
        "Use a smaller base image and leave build tools and caches out.",
    ),
    "archive_name": Wording(
        "归档中的文件名“{place}”指向归档之外。",
        "The file name '{place}' in the archive points outside the archive.",
        "请用 docker save 或 OCI 工具重新导出，不要手工修改归档。",
        "Export it again with docker save or an OCI tool, without editing the archive by hand.",
    ),
    "too_many_entries": Wording(
        "归档中的文件超过 {limit} 个。",
        "The archive holds more than {limit} files.",
        "请只导出一个镜像。",
        "Export one image only.",
    ),
    "duplicate_entry": Wording(
        "归档中“{place}”出现了不止一次（不区分大小写）。",
        "'{place}' is in the archive more than once (upper and lower case count as equal).",
        "请用 docker save 或 OCI 工具重新导出。",
        "Export it again with docker save or an OCI tool.",
    ),
    "odd_entry": Wording(
        "归档中的“{place}”既不是文件、文件夹，也不是链接。",
        "'{place}' in the archive is neither a file, a folder nor a link.",
        "请用 docker save 或 OCI 工具重新导出。",
        "Export it again with docker save or an OCI tool.",
    ),
    "missing_file": Wording(
        "归档缺少“{place}”。",
        "The archive lacks '{place}'.",
        "文件可能未导出完整，请重新导出并上传。",
        "The export may be incomplete; export and upload it again.",
    ),
    "json_too_big": Wording(
        "“{place}”超过 {limit_kib} KiB。",
        "'{place}' is larger than {limit_kib} KiB.",
        "请减少镜像的历史记录、标签和说明。",
        "Shorten the image's history, labels and annotations.",
    ),
    "bad_json": Wording(
        "“{place}”不是有效的 JSON。",
        "'{place}' is not valid JSON.",
        "请用 docker save 或 OCI 工具重新导出。",
        "Export it again with docker save or an OCI tool.",
    ),
    "duplicate_key": Wording(
        "“{place}”中的键“{key}”与“{other}”重复（不区分大小写）。",
        "In '{place}' the key '{key}' repeats '{other}' (upper and lower case count as equal).",
        "请删除重复的键；镜像引擎会把它们当作同一个键。",
        "Remove one of them; container engines read both as the same key.",
    ),
    "not_an_image": Wording(
        "归档里没有镜像：既没有 manifest.json，也没有 index.json。",
        "The archive holds no image: neither manifest.json nor index.json.",
        "请用 docker save 导出镜像（不是 docker export 导出容器）。",
        "Use docker save on an image (not docker export on a container).",
    ),
    "image_count": Wording(
        "归档里应当正好有一个镜像，实际有 {found} 个（{place}）。",
        "The archive must hold exactly one image but holds {found} ({place}).",
        "请只导出一个 linux/amd64 镜像。",
        "Export a single linux/amd64 image.",
    ),
    "platform": Wording(
        "镜像的平台是 {found}，不是 linux/amd64（{place}）。",
        "The image is for {found}, not linux/amd64 ({place}).",
        "请用 docker build --platform linux/amd64 重新构建。",
        "Build it again with docker build --platform linux/amd64.",
    ),
    "bad_config": Wording(
        "“{place}”中的“{field}”无法识别。",
        "'{field}' in '{place}' can't be understood.",
        "请检查镜像配置，并用 docker build 重新构建。",
        "Check the image's configuration and build it again with docker build.",
    ),
    "no_command": Wording(
        "镜像没有 ENTRYPOINT 也没有 CMD（{place}），无法启动。",
        "The image has neither ENTRYPOINT nor CMD ({place}), so it can't be started.",
        "请在 Dockerfile 中加入 CMD，启动监听环境变量 PORT 所给端口的服务。",
        "Add a CMD to the Dockerfile that starts a server on the port named by the variable PORT.",
    ),
    "bad_volume": Wording(
        "VOLUME“{path}”不能使用（{place}）。",
        "The VOLUME '{path}' can't be used ({place}).",
        "VOLUME 须为绝对路径，且不能是根目录、/proc、/sys 或 /dev。",
        "A VOLUME must be an absolute path other than /, /proc, /sys or /dev.",
    ),
    "too_many_volumes": Wording(
        "镜像声明了 {found} 个 VOLUME，最多 {limit} 个（{place}）。",
        "The image declares {found} VOLUMEs; at most {limit} are allowed ({place}).",
        "请减少 VOLUME；临时数据请写入 /tmp。",
        "Declare fewer; write temporary data to /tmp.",
    ),
    "too_many_layers": Wording(
        "镜像有 {found} 层，最多 {limit} 层。",
        "The image has {found} layers; at most {limit} are allowed.",
        "请合并 Dockerfile 中的指令，或使用多阶段构建。",
        "Join instructions in the Dockerfile or use a multi-stage build.",
    ),
    "layer_count": Wording(
        "镜像配置写明 {stated} 层，归档中有 {found} 层（{place}）。",
        "The image configuration states {stated} layers, the archive holds {found} ({place}).",
        "请重新导出镜像。",
        "Export the image again.",
    ),
    "wrong_digest": Wording(
        "“{place}”的内容与其摘要不符。",
        "The content of '{place}' does not match its digest.",
        "文件可能已损坏或被修改，请重新导出并上传。",
        "The file may be damaged or edited; export and upload it again.",
    ),
    "wrong_diff_id": Wording(
        "第 {number} 层（{place}）的内容与镜像配置中的 diff_id 不符。",
        "The content of layer {number} ({place}) does not match its diff_id in the image configuration.",
        "请重新构建并导出镜像。",
        "Build and export the image again.",
    ),
    "layer_compression": Wording(
        "层“{place}”的压缩方式不受支持。",
        "The compression of layer '{place}' is not supported.",
        "请使用未压缩或 gzip 压缩的层（docker save 的默认方式）。",
        "Use uncompressed or gzip layers, as docker save writes them.",
    ),
    "layer_not_tar": Wording(
        "层“{place}”不是 tar 归档（重复压缩也会如此）。",
        "The layer '{place}' is not a tar archive (nor is one that was compressed twice).",
        "请重新构建并导出镜像。",
        "Build and export the image again.",
    ),
    "layer_damaged": Wording(
        "层“{place}”已损坏。",
        "The layer '{place}' is damaged.",
        "请重新导出并上传。",
        "Export and upload it again.",
    ),
    "layer_too_big": Wording(
        "层“{place}”解压后超过 {limit_mib} MiB。",
        "The layer '{place}' unpacks to more than {limit_mib} MiB.",
        "请使用更小的基础镜像，并删除大文件。",
        "Use a smaller base image and leave large files out.",
    ),
    "image_too_big": Wording(
        "镜像解压后超过 {limit_mib} MiB。",
        "The image unpacks to more than {limit_mib} MiB.",
        "请使用更小的基础镜像，并删除大文件。",
        "Use a smaller base image and leave large files out.",
    ),
    "too_many_files": Wording(
        "层“{place}”中的文件超过 {limit} 个。",
        "The layer '{place}' holds more than {limit} files.",
        "请删除不需要的依赖和缓存，或分成几层。",
        "Remove dependencies and caches that aren't needed, or split the layer.",
    ),
    "sparse_file": Wording(
        "“{place}”是稀疏文件，不允许使用。",
        "'{place}' is a sparse file, which is not allowed.",
        "请不要在镜像中放入稀疏文件（如磁盘映像、虚拟机文件）。",
        "Keep sparse files (such as disk images) out of the image.",
    ),
    "device_file": Wording(
        "“{place}”是块设备文件或未知类型的文件，不允许使用。",
        "'{place}' is a block device file or of an unknown kind, which is not allowed.",
        "请从镜像中删除设备文件。",
        "Remove device files from the image.",
    ),
    "bad_name": Wording(
        "文件名“{place}”不允许使用：绝对路径、包含“..”、过长或不是 UTF-8。",
        "The file name '{place}' is not allowed: it is absolute, holds '..', is too long or not UTF-8.",
        "请用 docker build 重新构建镜像。",
        "Build the image again with docker build.",
    ),
    "bad_link": Wording(
        "“{place}”是硬链接目标，却指向镜像之外。",
        "The hard link target '{place}' points outside the image.",
        "请用 docker build 重新构建镜像。",
        "Build the image again with docker build.",
    ),
    "trusted_attribute": Wording(
        "“{place}”带有 trusted.* 扩展属性，不允许使用。",
        "'{place}' carries a trusted.* attribute, which is not allowed.",
        "请用 docker build 重新构建镜像。",
        "Build the image again with docker build.",
    ),
    "header_too_big": Wording(
        "“{place}”的 tar 文件头超过 {limit_kib} KiB。",
        "The tar header of '{place}' is larger than {limit_kib} KiB.",
        "请用 docker build 重新构建镜像。",
        "Build the image again with docker build.",
    ),
    "too_demanding": Wording(
        "检查该归档所需的内存或时间超出限额。",
        "Checking this archive takes more memory or time than is allowed.",
        "请使用更小、更简单的镜像。",
        "Use a smaller and simpler image.",
    ),
}

NOTICES: Mapping[str, Wording] = {
    "set_id_stripped": Wording(
        "已去除 {count} 个文件的 set-uid/set-gid 位：{files}。",
        "The set-uid or set-gid bit was removed from {count} files: {files}.",
        "应用以普通用户运行，不需要这些权限位。",
        "The app runs as an ordinary user and does not need them.",
    ),
    "attributes_dropped": Wording(
        "已去除 {count} 个扩展属性（{place}）。",
        "{count} extended attributes were removed ({place}).",
        "应用以普通用户运行，文件能力不起作用。",
        "The app runs as an ordinary user; file capabilities have no effect.",
    ),
    "devices_dropped": Wording(
        "已去除 {count} 个字符设备文件（{place}）。",
        "{count} character device files were removed ({place}).",
        "每个容器都有自己的 /dev。",
        "Every container gets a /dev of its own.",
    ),
    "variable_dropped": Wording(
        "环境变量 {name} 未保留。",
        "The environment variable {name} was not kept.",
        "LD_*、PYTHON* 和 *_PROXY 变量在沙箱中不使用。",
        "LD_*, PYTHON* and *_PROXY variables are not used in the sandbox.",
    ),
    "user_replaced": Wording(
        "镜像指定的用户“{user}”未采用，应用以用户 65534 运行。",
        "The image's user '{user}' is not used; the app runs as user 65534.",
        "请确认应用文件可被任何用户读取。",
        "Make sure that every user can read the app's files.",
    ),
}


def sentence(code: str, place: str, params: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """(sentence, remedy) in a language for a refusal or a notice; raises KeyError for an unknown code.

    `place` and `params` quote the vendor's archive: they are plain text to be escaped where they are shown.
    """
    wording = REFUSALS.get(code) or NOTICES[code]
    values = {"place": place} | dict(params)
    if language == "zh":
        return wording.zh.format_map(values), wording.remedy_zh
    return wording.en.format_map(values), wording.remedy_en
