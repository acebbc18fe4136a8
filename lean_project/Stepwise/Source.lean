module
public import Stepwise.Wire
public section

/-!
Lean source text: headers, and the declarations of a file.

`openHeader` turns a header (imports, `open`s, options, definitions) into the command state that its
theorems are elaborated in. `scan` reads a whole file and says where its theorems are and which still want
a proof. Both let Lean itself parse and elaborate: there is no second opinion about Lean's syntax here.
-/
namespace Stepwise
open Lean Elab

/-- What a header is compiled to. `text` is what the harness writes at the top of every file for it. -/
structure Header where
  text : String
  state : Command.State
  /-- What its imports alone give: everything else is the header's own. -/
  imported : Environment

/-- Imported environments by list of imports; a handful, since one run uses one or two headers. -/
abbrev ImportCache := IO.Ref (List (String × Environment))

structure SourceError where
  kind : String
  message : String
  line : Nat := 0
  column : Nat := 0

def SourceError.fields (e : SourceError) : Fields :=
  [("error", .str e.kind), ("message", .str e.message), ("line", num e.line), ("column", num e.column)]

def mkInput (src : String) : Parser.InputContext :=
  { inputString := src, fileName := "<input>", fileMap := FileMap.ofString src, endPos := src.rawEndPos, endPos_valid := by simp }

partial def firstError : List Message → IO (Option SourceError)
  | [] => return none
  | m :: rest => match m.severity with
    | .error => return some { kind := "elaboration", message := (← m.data.toString), line := m.pos.line, column := m.pos.column + 1 }
    | _ => firstError rest

partial def importKey : List Import → String
  | [] => ""
  | i :: rest => (if i.isMeta then "meta " else "") ++ (if i.importAll then "all " else "") ++ i.module.toString ++ ";" ++ importKey rest

def importAll (cache : ImportCache) (imports : Array Import) : IO (Except SourceError Environment) := do
  let key := importKey (arrayToList imports)
  match lookup key (← cache.get) with
  | some env => return .ok env
  | none =>
    match ← (importModules (loadExts := true) imports {} 0).toBaseIO with
    | .error e => return .error { kind := "import", message := e.toString }
    | .ok env =>
      cache.set ((key, env) :: keep 3 (← cache.get))
      return .ok env
where
  lookup (key : String) : List (String × Environment) → Option Environment
    | [] => none
    | (k, env) :: rest => if k == key then some env else lookup key rest
  keep : Nat → List (String × Environment) → List (String × Environment)
    | 0, _ => []
    | _, [] => []
    | n + 1, x :: rest => x :: keep n rest

/-- Elaborates one command; its messages are the state's only messages afterwards. -/
def runCommand (input : Parser.InputContext) (state : Command.State) (stx : Syntax) (cmdPos : String.Pos.Raw) : IO Command.State := do
  let ref : IO.Ref Command.State ← IO.mkRef { state with messages := {} }
  let ctx : Command.Context := { fileName := input.fileName, fileMap := input.fileMap, cmdPos, snap? := none, cancelTk? := none }
  match ← (((Command.elabCommandTopLevel stx) ctx) ref).toBaseIO with
  | .ok _ => ref.get
  | .error e =>
    let s ← ref.get
    let message := mkMessageCore input.fileName input.fileMap e.toMessageData .error cmdPos cmdPos
    return { s with messages := s.messages.add message }

/-- Options of every command state: nothing in the background, so that a reply is the whole answer. -/
def baseOptions : Options := ({} : Options).insert `Elab.async (.ofBool false)

def scopeOf (state : Command.State) : Command.Scope :=
  match state.scopes with
  | s :: _ => s
  | [] => { header := "" }

def parserContext (state : Command.State) : Parser.ParserModuleContext :=
  let scope := scopeOf state
  { env := state.env, options := scope.opts, currNamespace := scope.currNamespace, openDecls := scope.openDecls }

/-- Imports of the text and the position of its first command. -/
def enter (cache : ImportCache) (input : Parser.InputContext) :
    IO (Except SourceError (Command.State × Parser.ModuleParserState × Array Import)) := do
  let (header, parserState, messages) ← Parser.parseHeader input
  match ← firstError messages.toList with
  | some e => return .error { e with kind := "syntax" }
  | none =>
    let imports := HeaderSyntax.imports header
    match ← importAll cache imports with
    | .error e => return .error { e with line := 1, column := 1 }
    | .ok env => return .ok (Command.mkState env {} baseOptions, parserState, imports)

def isEnd (stx : Syntax) : Bool :=
  stx.getKind == ``Lean.Parser.Command.eoi || stx.getKind == ``Lean.Parser.Command.exit

partial def runAll (input : Parser.InputContext) (state : Command.State) (at_ : Parser.ModuleParserState) :
    IO (Except SourceError Command.State) := do
  let (stx, next, messages) := Parser.parseCommand input (parserContext state) at_ {}
  match ← firstError messages.toList with
  | some e => return .error { e with kind := "syntax" }
  | none =>
    if isEnd stx then return .ok state
    let state ← runCommand input state stx at_.pos
    match ← firstError state.messages.toList with
    | some e => return .error e
    | none => runAll input state next

def openHeader (cache : ImportCache) (text : String) : IO (Except SourceError Header) := do
  let input := mkInput text
  match ← enter cache input with
  | .error e => return .error e
  | .ok (state, parserState, _) =>
    let imported := state.env
    match ← runAll input state parserState with
    | .error e => return .error e
    | .ok state => return .ok { text, state := { state with messages := {} }, imported }

/-! ## Declarations -/

partial def tokens (stx : Syntax) (acc : List String := []) : List String :=
  match stx with
  | .atom _ s => s :: acc
  | .ident _ raw _ _ => raw.toString :: acc
  | .node _ _ args => go (arrayToList args) acc
  | .missing => acc
where go : List Syntax → List String → List String
  | [], acc => acc
  | x :: rest, acc => tokens x (go rest acc)

/-- A theorem found in a file. `command` is the whole command's syntax, `value` the `:= …` part. -/
structure Found where
  keyword : Syntax
  id : Option Syntax
  value : Syntax

/-- The theorem-like declaration of a command, looking through `open … in` and its like. -/
partial def theoremOf (stx : Syntax) : Option Found :=
  if stx.getKind == ``Lean.Parser.Command.in then theoremOf stx[2]
  else if stx.getKind == ``Lean.Parser.Command.declaration then
    let decl := stx[1]
    if decl.getKind == ``Lean.Parser.Command.theorem then some { keyword := decl[0], id := some decl[1], value := decl[3] }
    else if decl.getKind == ``Lean.Parser.Command.example then some { keyword := decl[0], id := none, value := decl[2] }
    else none
  else if stx.getKind == `lemma then some { keyword := stx[1][0], id := some stx[1][1], value := stx[1][3] }
  else none

def hasToken (xs : List String) (t : String) : Bool :=
  match xs with
  | [] => false
  | x :: rest => x == t || hasToken rest t

def proofKind (value : Syntax) : String :=
  match tokens value with
  | [":=", "sorry"] | [":=", "by", "sorry"] | [":=", "by", "admit"] => "sorry"
  | ts => if hasToken ts "sorry" || hasToken ts "admit" then "partial" else "given"

def fullName (state : Command.State) (id : Syntax) : Name :=
  let n := id[0].getId
  let name := match n.replacePrefix `_root_ .anonymous == n with
    | false => n.replacePrefix `_root_ .anonymous
    | true => (scopeOf state).currNamespace ++ n
  name

/-- The name under which the environment knows it (private declarations carry their module). -/
def resolve (env : Environment) (name : Name) : Option Name :=
  if env.contains name then some name
  else
    let p := mkPrivateName env name
    if env.contains p then some p else none

/-- The position after the last character before `p` that is not white space. -/
partial def trimEnd (src : String) (p : String.Pos.Raw) : String.Pos.Raw :=
  if p.byteIdx == 0 then p
  else
    let q := String.Pos.Raw.prev src p
    if (String.Pos.Raw.get src q).isWhitespace then trimEnd src q else p

def slice (src : String) (b e : String.Pos.Raw) : String := String.Pos.Raw.extract src b e

def startOf (stx : Syntax) (fallback : String.Pos.Raw) : String.Pos.Raw :=
  match stx.getPos? with
  | some p => p
  | none => fallback

def endOf (stx : Syntax) (fallback : String.Pos.Raw) : String.Pos.Raw :=
  match stx.getTailPos? with
  | some p => p
  | none => fallback

partial def skipSpace (src : String) (p : String.Pos.Raw) : String.Pos.Raw :=
  if p.byteIdx < src.rawEndPos.byteIdx && (String.Pos.Raw.get src p).isWhitespace then skipSpace src (String.Pos.Raw.next src p) else p

/-- `lemma` is Mathlib's: without Mathlib, Lean stops at the word. The text with `theorem` in its place, if that is so here. -/
def withoutLemma (input : Parser.InputContext) (e : SourceError) : Option Parser.InputContext :=
  let src := input.inputString
  let p := skipSpace src (input.fileMap.ofPosition ⟨e.line, e.column - 1⟩)
  let q : String.Pos.Raw := ⟨p.byteIdx + 6⟩
  if slice src p q == "lemma " then some (mkInput (slice src 0 p ++ "theorem " ++ slice src q src.rawEndPos)) else none

/-- One theorem of a file, as the harness asks for it. -/
structure Declaration where
  name : Name
  proof : String
  line : Nat
  column : Nat
  header : String
  declaration : String
  error : Option SourceError

def Declaration.json (d : Declaration) : Json :=
  obj (appendAll
    [("name", .str d.name.toString), ("proof", .str d.proof), ("line", num d.line), ("column", num d.column),
     ("header", .str d.header), ("declaration", .str d.declaration)]
    (match d.error with | some e => [("error", obj e.fields)] | none => []))

/-- The text of a declaration without its proof, as `theorem NAME …`: `lemma` and `example` are rewritten,
because core Lean knows no `lemma` and an `example` has no name to ask for. -/
def declarationText (src : String) (start : String.Pos.Raw) (found : Found) (exampleName : String) : String :=
  let valueStart := startOf found.value found.value.getTailPos?.get!
  let before := slice src start (startOf found.keyword start)
  let after := slice src (endOf found.keyword start) valueStart
  let keyword := match found.id with | some _ => "theorem" | none => "theorem " ++ exampleName
  (before ++ keyword ++ after).trimAscii.toString

def Found.isExample (f : Found) : Bool := match f.id with | some _ => false | none => true

/-- Parses one command. Where the proof of a theorem is missing (`theorem t : p`, `theorem t : p := by`), the parse is
repeated on the text up to the error with the missing part added; everything before it keeps its position. -/
def parseOne (input : Parser.InputContext) (state : Command.State) (at_ : Parser.ModuleParserState) :
    IO (Except SourceError (Syntax × Parser.ModuleParserState × String)) := do
  let (stx, next, messages) := Parser.parseCommand input (parserContext state) at_ {}
  match ← firstError messages.toList with
  | none => return .ok (stx, next, input.inputString)
  | some e =>
    let stop := input.fileMap.ofPosition ⟨e.line, e.column - 1⟩
    let before := slice input.inputString 0 (trimEnd input.inputString stop)
    match ← attempt before " sorry" with
    | some r => return .ok (r.1, resume r.2.1 before, r.2.2)
    | none => match ← attempt before " := by sorry" with
      | some r => return .ok (r.1, resume r.2.1 before, r.2.2)
      | none => return .error { e with kind := "syntax" }
where
  attempt (before suffix : String) : IO (Option (Syntax × Parser.ModuleParserState × String)) := do
    let text := before ++ suffix
    let (stx, next, messages) := Parser.parseCommand (mkInput text) (parserContext state) at_ {}
    match ← firstError messages.toList with
    | some _ => return none
    | none => match theoremOf stx with
      | some found =>
        if next.pos.byteIdx ≥ text.rawEndPos.byteIdx && proofKind found.value == "sorry" then return some (stx, next, text) else return none
      | none => return none
  resume (next : Parser.ModuleParserState) (before : String) : Parser.ModuleParserState :=
    { next with pos := before.rawEndPos, recovering := false }

structure Scan where
  kept : String
  found : List Declaration
  /-- Go on past theorems whose given proofs fail. -/
  all : Bool
  /-- Go on past theorems that do not parse: under a replaced header they may use notation that is not there. -/
  lenient : Bool

def declared (state : Command.State) (found : Found) (line : Nat) : Name :=
  match found.id with
  | some id => if id[0].getId.isAnonymous then Name.mkSimple ("theorem_L" ++ toString line) else fullName state id
  | none => (scopeOf state).currNamespace ++ Name.mkSimple ("example_L" ++ toString line)

/-- Reads the commands of a file. Theorems whose proof is missing or `sorry` are elaborated, reported and then
forgotten, so that no later proof can lean on them; everything else becomes part of the header of what follows. -/
partial def scanFrom (input : Parser.InputContext) (state : Command.State) (at_ : Parser.ModuleParserState)
    (acc : Scan) : IO (Except SourceError (List Declaration)) := do
  match ← parseOne input state at_ with
  | .error e => match withoutLemma input e with
    | some input => scanFrom input state at_ acc
    | none =>
      let (stx, next, _) := Parser.parseCommand input (parserContext state) at_ {}
      match theoremOf stx with
      | none => return .error e
      | some found =>
        if !acc.lenient || next.pos.byteIdx ≤ at_.pos.byteIdx then return .error e
        let d : Declaration := {
          name := declared state found e.line, proof := "sorry", line := e.line, column := e.column, header := acc.kept,
          declaration := (slice input.inputString (startOf stx at_.pos) next.pos).trimAscii.toString, error := some e }
        scanFrom input state next { acc with found := d :: acc.found }
  | .ok (stx, next, src) =>
    if isEnd stx then return .ok (reversed acc.found [])
    let start := startOf stx at_.pos
    let chunk := slice src at_.pos next.pos
    let after ← runCommand (if src.rawEndPos == input.inputString.rawEndPos then input else mkInput src) state stx at_.pos
    let error ← firstError after.messages.toList
    match theoremOf stx with
    | none => match error with
      | some e => return .error e
      | none => scanFrom input after next { acc with kept := acc.kept ++ chunk }
    | some found =>
      let kind := proofKind found.value
      let p := input.fileMap.toPosition (startOf found.keyword start)
      let d : Declaration := {
        name := declared state found p.line, proof := kind, line := p.line, column := p.column + 1,
        header := acc.kept, declaration := declarationText src start found ("example_L" ++ toString p.line), error }
      let acc := { acc with found := d :: acc.found }
      if kind == "sorry" then scanFrom input state next acc
      else match error with
        | some e => if acc.all then scanFrom input state next acc else return .error e
        | none => scanFrom input after next { acc with kept := acc.kept ++ chunk }

/-- Past the `open` and `set_option` lines at the top of a file whose header is replaced: they go with it. -/
partial def skipOpens (input : Parser.InputContext) (state : Command.State) (at_ : Parser.ModuleParserState) : Parser.ModuleParserState :=
  let (stx, next, _) := Parser.parseCommand input (parserContext state) at_ {}
  let kind := stx.getKind
  if kind == ``Lean.Parser.Command.open || kind == ``Lean.Parser.Command.set_option
  then skipOpens input state next else at_

/-- All theorems of a file. `header`, when given, takes the place of the file's own imports, `open`s and options. -/
def scan (cache : ImportCache) (src : String) (header : Option Header) (all : Bool) : IO (Except SourceError (List Declaration)) := do
  let input := mkInput src
  match header with
  | none => match ← enter cache input with
    | .error e => return .error e
    | .ok (state, at_, _) => scanFrom input state at_ { kept := slice src 0 at_.pos, found := [], all, lenient := false }
  | some h =>
    let (_, at_, messages) ← Parser.parseHeader input
    match ← firstError messages.toList with
    | some e => return .error { e with kind := "syntax" }
    | none => scanFrom input h.state (skipOpens input h.state at_) { kept := h.text ++ "\n", found := [], all, lenient := true }

end Stepwise
