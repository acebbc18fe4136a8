module
public import Stepwise.Wire
public section

/-!
What a tactic may contain, decided on its syntax tree. This saves the search from dead ends that Lean would
accept step by step; it protects nothing, and the judge behaves as if it did not exist.
-/
namespace Stepwise
open Lean

/-- Syntax kinds that no step may contain, with the reason told to the policy. -/
def forbiddenKinds : List (Name × String) := [
  (`Lean.Parser.Term.sorry, "`sorry` proves nothing"),
  (`Lean.Parser.Tactic.tacticSorry, "`sorry` proves nothing"),
  (`Lean.Parser.Tactic.tacticAdmit, "`admit` proves nothing"),
  (`Lean.Parser.Tactic.tacticStop_, "`stop` proves nothing"),
  (`Lean.Parser.Tactic.Grind.grindSorry, "`sorry` proves nothing"),
  (`Lean.Parser.Tactic.Grind.grindAdmit, "`admit` proves nothing"),
  (`Lean.Parser.Tactic.nativeDecide, "`native_decide` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.bvDecide, "`bv_decide` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.bvDecideMacro, "`bv_decide` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.bvTrace, "`bv_decide` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.bvTraceMacro, "`bv_decide` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.bvCheck, "`bv_check` trusts the compiler (axiom Lean.ofReduceBool)"),
  (`Lean.Parser.Tactic.runTac, "`run_tac` runs arbitrary code"),
  (`Lean.byElab, "`by_elab` runs arbitrary code"),
  (`Lean.Parser.Term.byElab, "`by_elab` runs arbitrary code"),
  (`Lean.Parser.Term.unsafe, "`unsafe` terms are no proofs"),
  (`Lean.Parser.Tactic.open, "`open … in` in a tactic changes what names mean"),
  (`Lean.Parser.Term.open, "`open … in` in a term changes what names mean")]

/-- Axioms that no proof may use, wherever they come from; and the two constants that the kernel evaluates by running compiled code, which is
trust in the compiler under another name. -/
def refusedAxioms : List Name :=
  [``sorryAx, ``Lean.ofReduceBool, ``Lean.ofReduceNat, ``Lean.trustCompiler, ``Lean.reduceBool, ``Lean.reduceNat]

/-- `set_option` in a tactic is allowed for these options only. -/
def allowedOptions : List Name := [`maxRecDepth, `linter.unusedVariables, `linter.unusedSimpArgs]

/-- Search tactics that only print another tactic. A step of exactly one of them is run as what it found. -/
def suggestionKinds : List Name := [
  `Lean.Parser.Tactic.exact?, `Lean.Parser.Tactic.apply?, `Lean.Parser.Tactic.rewrites?, `Lean.Parser.Tactic.tacticHint,
  `Lean.Parser.Tactic.simpTrace, `Lean.Parser.Tactic.simpAllTrace, `Lean.Parser.Tactic.dsimpTrace, `Lean.Parser.Tactic.simpaTrace,
  `Lean.Parser.Tactic.grindTrace, `Lean.Parser.Tactic.showTerm, `Lean.Parser.Tactic.tryTrace]

def lookupReason (k : Name) : List (Name × String) → Option String
  | [] => none
  | (n, reason) :: rest => if n == k then some reason else lookupReason k rest

def memName (n : Name) : List Name → Bool
  | [] => false
  | x :: rest => x == n || memName n rest

partial def anyNode (test : Syntax → Option String) (stx : Syntax) : Option String :=
  match test stx with
  | some r => some r
  | none => go (arrayToList stx.getArgs)
where go : List Syntax → Option String
  | [] => none
  | x :: rest => match anyNode test x with
    | some r => some r
    | none => go rest

def forbiddenNode (stx : Syntax) : Option String :=
  let kind := stx.getKind
  match lookupReason kind forbiddenKinds with
  | some r => some r
  | none =>
    if memName kind suggestionKinds then some "a search tactic is accepted alone, and runs as the tactic it finds"
    else if kind == `Lean.Parser.Tactic.set_option || kind == `Lean.Parser.Term.set_option then
      if memName stx[1].getId allowedOptions then none
      else some ("`set_option " ++ stx[1].getId.toString ++ "` is not on the list of allowed options")
    else match stx with
      | .ident _ _ n _ =>
        if n == `native then some "`native` trusts the compiler (axiom Lean.ofReduceBool)"
        else if memName n refusedAxioms then
          some ("`" ++ n.toString ++ "` is not an accepted axiom")
        else none
      | _ => none

/-- The reason why this tactic may not run, if there is one. -/
def forbidden (stx : Syntax) : Option String := anyNode forbiddenNode stx

end Stepwise
