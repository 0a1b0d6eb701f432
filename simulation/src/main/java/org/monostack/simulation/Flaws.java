package org.monostack.simulation;

/**
 * Rules that a run breaks on purpose, to show that the checks notice.
 *
 * @param actsTwice a disk is made anew although there is one
 * @param leavesPlugs ports are never unplugged, so undoing leaves something
 */
record Flaws(boolean actsTwice, boolean leavesPlugs) {
    static final Flaws NONE = new Flaws(false, false);
}
