# Sourced by ./nnc and ./test: what has to be on the machine, and building the tool when its sources changed.
# Expects $root, and $out for the tool.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf 'nnc: %s\n' "$*" >&2; }

# The .NET SDK cannot be installed for the user; say which one is needed.
ensure_dotnet() {
    command -v dotnet >/dev/null && return
    say "the .NET 10 SDK is not on the PATH; install it, then run this again"
    exit 2
}

has_llvm() {
    local folder
    for folder in /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu /usr/lib64 /usr/lib /usr/lib/llvm-19/lib /usr/local/lib; do
        [ -e "$folder/libLLVM.so.19.1" ] || [ -e "$folder/libLLVM-19.so.1" ] || [ -e "$folder/libLLVM-19.so" ] || continue
        return 0
    done
    return 1
}

# LLVM's shared library comes from the system's packages.
ensure_llvm() {
    has_llvm && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing LLVM 19's shared library (libllvm19)"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends libllvm19; } >&2
        has_llvm && return
    fi
    say "LLVM 19's shared library is missing; install it with:  sudo apt-get install libllvm19"
    exit 2
}

# What the tests of shipped libraries build and run their programs with; without it those tests say what is missing.
ensure_test_tools() {
    local missing=() pair
    for pair in gcc:gcc g++:g++ readelf:binutils valgrind:valgrind clang-19:clang-19 \
        aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64:qemu-user; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ -e /usr/aarch64-linux-gnu/include/stdlib.h ] || missing+=(libc6-dev-arm64-cross)
    [ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || missing+=(python3-numpy)
    [ "${#missing[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing ${missing[*]} for the tests"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}"; } >&2 || true
    else
        say "some tests need: ${missing[*]}"
    fi
}

# What the editors' tests drive; without it those tests say what is missing.
ensure_editors() {
    local missing=() pair
    for pair in nvim:neovim chromium:chromium; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
    [ "${#missing[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing ${missing[*]} for the editors' tests"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}"; } >&2 || true
    else
        say "some tests need: ${missing[*]}"
    fi
}

# The sources that are newer than a file; deletions show in their folder's time.
newer_sources() {
    find "$root/grammar" "$root/compiler" "$root/runtime" "$root/stdlib" "$root/docs/errors" "$root/Directory.Build.props" \
        "$root/Directory.Packages.props" \( -name bin -o -name obj -o -name node_modules \) -prune -o "${@:2}" -newer "$1" -print -quit
}

sources_changed() {
    [ ! -e "$out/.built" ] || [ -n "$(newer_sources "$out/.built")" ]
}

ensure_tool() {
    sources_changed || return 0
    ensure_dotnet
    ensure_llvm
    mkdir -p "$root/artifacts"
    exec 9>"$root/artifacts/.lock"
    flock 9
    if sources_changed; then
        say "building (once, and again when sources change)"
        local log=$root/artifacts/build.log started
        started=$(mktemp "$root/artifacts/.started.XXXXXX")
        if ! dotnet publish "$root/compiler/Nnc.Tool/Nnc.Tool.csproj" -c Release -o "$out" -v quiet --nologo >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$started"
            say "the build failed (its log: artifacts/build.log)"
            exit 70
        fi
        # The build itself makes folders; only a file that changed meanwhile asks for another build.
        [ -n "$(newer_sources "$started" -type f)" ] || touch "$started"
        mv "$started" "$out/.built"
    fi
    exec 9>&-
}
