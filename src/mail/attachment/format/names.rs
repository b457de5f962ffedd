//! What formats are called: their media types and suffixes, in lower case.

use super::Format;

/// The names of a format, between blanks.
pub(super) struct Names {
    /// Media types that mean this format and nothing else, its own first.
    pub types: &'static str,
    /// Suffixes that mean it and nothing else, the usual one first.
    pub suffixes: &'static str,
    /// Suffixes that mean something else, too: files that are named so are rightly of this format.
    pub also: &'static str,
    /// Media types likewise; a final `*` stands for any rest.
    pub also_types: &'static str,
}

/// Suffixes of what is built on ZIP.
const ON_ZIP: &str = "docx docm dotx dotm xlsx xlsm xltx xltm xlsb pptx pptm potx ppsx ppsm odt ott ods ots odp otp odg otg \
    odf epub jar war ear apk aab ipa xpi crx vsix nupkg whl kmz cbz vsdx vsdm xps oxps 3mf msix appx pages numbers key \
    sketch ora kra usdz";
const ON_ZIP_TYPES: &str = "application/vnd.openxmlformats-officedocument.* application/vnd.oasis.opendocument.* \
    application/vnd.ms-word.* application/vnd.ms-excel.* application/vnd.ms-powerpoint.* application/vnd.ms-visio.* \
    application/epub+zip application/java-archive application/x-java-archive application/x-xpinstall \
    application/vnd.android.package-archive application/vnd.google-earth.kmz application/vnd.ms-xpsdocument \
    application/vnd.apple.*";

/// Suffixes and types of texts. A machine shows a file of that name as a text, whatever it says.
const TEXT: &str =
    "txt text log out err csv tsv md rst asc conf cfg ini diff patch json yaml yml xml";
const TEXT_TYPES: &str = "text/plain text/markdown text/csv text/x-log text/x-diff text/x-patch text/xml \
    application/xml";

const HTML_ALSO: &str = "txt text log out err md asc xml xht asp aspx jsp php mht mhtml xls doc";
const SCRIPT_ALSO: &str = "txt text log out err md asc conf cfg ini diff patch bash zsh ksh csh py pl pm rb php phtml js mjs \
    ts lua tcl awk sed groovy r jl cgi run command env";
const SCRIPT_ALSO_TYPES: &str = "text/plain text/x-* text/javascript application/javascript application/x-shellscript \
    application/x-csh application/x-perl application/x-python* application/x-ruby application/x-php \
    application/x-httpd-php";

/// The names of a format.
pub(super) fn of(format: Format) -> Names {
    match format {
        Format::Png => PNG,
        Format::Jpeg => JPEG,
        Format::Gif => GIF,
        Format::Bmp => BMP,
        Format::WebP => WEB_P,
        Format::Tiff => TIFF,
        Format::Heif => HEIF,
        Format::Mp4 => MP4,
        Format::Matroska => MATROSKA,
        Format::Pdf => PDF,
        Format::PostScript => POST_SCRIPT,
        Format::RichText => RICH_TEXT,
        Format::Word => WORD,
        Format::Excel => EXCEL,
        Format::PowerPoint => POWER_POINT,
        Format::OpenText => OPEN_TEXT,
        Format::OpenSheet => OPEN_SHEET,
        Format::OpenSlides => OPEN_SLIDES,
        Format::Compound => COMPOUND,
        Format::Zip => ZIP,
        Format::Rar => RAR,
        Format::SevenZip => SEVEN_ZIP,
        Format::Gzip => GZIP,
        Format::Xz => XZ,
        Format::Bzip2 => BZIP2,
        Format::Zstandard => ZSTANDARD,
        Format::Tar => TAR,
        Format::Cabinet => CABINET,
        Format::WindowsProgram => WINDOWS_PROGRAM,
        Format::Elf => ELF,
        Format::MachO => MACH_O,
        Format::JavaClass => JAVA_CLASS,
        Format::Shortcut => SHORTCUT,
        Format::Html => HTML,
        Format::Svg => SVG,
        Format::Script => SCRIPT,
        Format::Message => MESSAGE,
    }
}

/// A format whose names mean nothing else.
const fn names(types: &'static str, suffixes: &'static str) -> Names {
    Names { types, suffixes, also: "", also_types: "" }
}

/// A format that is a ZIP, too.
const fn office(types: &'static str, suffixes: &'static str) -> Names {
    let also_types = "application/zip application/x-zip-compressed";
    Names { types, suffixes, also: "zip", also_types }
}

const PNG: Names = names("image/png image/x-png image/apng", "png apng");
const JPEG: Names = names("image/jpeg image/jpg image/pjpeg", "jpg jpeg jpe jfif");
const GIF: Names = names("image/gif", "gif");
const BMP: Names = names("image/bmp image/x-bmp image/x-ms-bmp image/x-windows-bmp", "bmp dib");
const WEB_P: Names = names("image/webp", "webp");
const TIFF: Names = Names {
    also: "dng nef cr2 arw pef orf rw2",
    also_types: "image/x-adobe-dng image/x-nikon-nef image/x-canon-cr2 image/x-sony-arw",
    ..names("image/tiff image/tif", "tif tiff")
};
const HEIF: Names = names(
    "image/heif image/heic image/heif-sequence image/heic-sequence image/avif",
    "heic heif avif",
);
const MP4: Names = names(
    "video/mp4 video/quicktime video/x-m4v video/3gpp video/3gpp2 audio/mp4 audio/x-m4a audio/3gpp",
    "mp4 mov m4v m4a 3gp 3g2 qt",
);
const MATROSKA: Names =
    names("video/x-matroska video/matroska video/webm audio/webm audio/x-matroska", "mkv webm mka");
const PDF: Names = Names { also: "ai", ..names("application/pdf application/x-pdf", "pdf") };
const POST_SCRIPT: Names =
    Names { also: "ai", ..names("application/postscript application/eps image/eps", "ps eps") };
const RICH_TEXT: Names = Names {
    also: "doc",
    also_types: "application/msword",
    ..names("application/rtf text/rtf text/richtext application/x-rtf", "rtf")
};
const WORD: Names = office(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document \
     application/vnd.openxmlformats-officedocument.wordprocessingml.template \
     application/vnd.ms-word.document.macroenabled.12 \
     application/vnd.ms-word.template.macroenabled.12",
    "docx docm dotx dotm",
);
const EXCEL: Names = office(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet \
     application/vnd.openxmlformats-officedocument.spreadsheetml.template \
     application/vnd.ms-excel.sheet.macroenabled.12 \
     application/vnd.ms-excel.template.macroenabled.12 \
     application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "xlsx xlsm xltx xltm xlsb",
);
const POWER_POINT: Names = office(
    "application/vnd.openxmlformats-officedocument.presentationml.presentation \
     application/vnd.openxmlformats-officedocument.presentationml.slideshow \
     application/vnd.openxmlformats-officedocument.presentationml.template \
     application/vnd.ms-powerpoint.presentation.macroenabled.12 \
     application/vnd.ms-powerpoint.slideshow.macroenabled.12",
    "pptx pptm ppsx ppsm potx",
);
const OPEN_TEXT: Names = office("application/vnd.oasis.opendocument.text", "odt");
const OPEN_SHEET: Names = office("application/vnd.oasis.opendocument.spreadsheet", "ods");
const OPEN_SLIDES: Names = office("application/vnd.oasis.opendocument.presentation", "odp");
const COMPOUND: Names = Names {
    // Documents with a password are in it under their own names.
    also: "doc dot xls xlt xla ppt pps pot msg oft msi msp msm vsd vss vst pub mpp wps db sldprt sldasm \
                docx docm xlsx xlsm xlsb pptx pptm",
    also_types: "application/msword application/vnd.ms-* application/vnd.visio application/x-msi \
                application/vnd.openxmlformats-officedocument.*",
    ..names("application/x-ole-storage application/x-cfb", "")
};
const ZIP: Names = Names {
    also: ON_ZIP,
    also_types: ON_ZIP_TYPES,
    ..names("application/zip application/x-zip-compressed application/x-zip multipart/x-zip", "zip")
};
const RAR: Names = names(
    "application/vnd.rar application/x-rar-compressed application/x-rar application/rar",
    "rar cbr r00 r01",
);
const SEVEN_ZIP: Names =
    names("application/x-7z-compressed application/x-7zip-compressed", "7z cb7");
const GZIP: Names = Names {
    also: "svgz emz wmz dia gnumeric",
    also_types: "image/svg+xml application/x-tar application/x-gtar application/x-compressed-tar \
                application/x-tgz application/x-compressed",
    ..names("application/gzip application/x-gzip application/x-gunzip", "gz tgz gzip")
};
const XZ: Names =
    names("application/x-xz application/xz application/x-xz-compressed-tar", "xz txz");
const BZIP2: Names = names(
    "application/x-bzip2 application/bzip2 application/x-bzip application/x-bzip-compressed-tar",
    "bz2 tbz tbz2 bz",
);
const ZSTANDARD: Names = names("application/zstd application/x-zstd", "zst tzst");
const TAR: Names = Names {
    also: "ova gem",
    ..names("application/x-tar application/tar application/x-gtar", "tar")
};
const CABINET: Names = Names {
    also: "msu",
    ..names("application/vnd.ms-cab-compressed application/x-cab-compressed", "cab")
};
const WINDOWS_PROGRAM: Names = Names {
    also: "dll com scr sys ocx cpl drv efi mui",
    ..names(
        "application/vnd.microsoft.portable-executable application/x-msdownload application/x-dosexec \
                 application/x-ms-dos-executable application/x-msdos-program application/x-exe application/exe",
        "exe",
    )
};
const ELF: Names = Names {
    also: "so o ko bin core axf run appimage",
    also_types: "application/x-executable application/x-pie-executable application/x-sharedlib \
                application/x-object application/x-core application/x-coredump",
    ..names("application/x-elf", "elf")
};
const MACH_O: Names = Names {
    also: "dylib o bundle so",
    also_types: "application/x-executable application/x-sharedlib application/x-object",
    ..names("application/x-mach-binary application/x-mach-o", "macho")
};
const JAVA_CLASS: Names = names(
    "application/java-vm application/x-java-vm application/x-java-class application/java",
    "class",
);
const SHORTCUT: Names = names("application/x-ms-shortcut", "lnk");
const HTML: Names = Names {
    also: HTML_ALSO,
    also_types: "text/plain text/xml application/xml application/vnd.ms-excel application/msword",
    ..names("text/html application/xhtml+xml", "html htm xhtml shtml")
};
const SVG: Names =
    Names { also: TEXT, also_types: TEXT_TYPES, ..names("image/svg+xml image/svg", "svg") };
const SCRIPT: Names = Names {
    also: SCRIPT_ALSO,
    also_types: SCRIPT_ALSO_TYPES,
    ..names("text/x-shellscript application/x-sh", "sh")
};
const MESSAGE: Names = Names {
    also: "txt text log out err asc mht mhtml mbox mbx dat",
    also_types: "text/plain text/rfc822-headers message/* multipart/related application/mbox",
    ..names("message/rfc822 message/global", "eml")
};
