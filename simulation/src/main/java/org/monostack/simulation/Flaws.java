package org.monostack.simulation;

/**
 * Rules that a run breaks on purpose, to show that the checks notice.
 *
 * @param actsTwice a disk is made anew although there is one
 * @param leavesTraces ports are never unplugged, parts are not undone: undoing leaves something
 */
record Flaws(boolean actsTwice, boolean leavesTraces) {
    static final Flaws NONE = new Flaws(false, false);
}
