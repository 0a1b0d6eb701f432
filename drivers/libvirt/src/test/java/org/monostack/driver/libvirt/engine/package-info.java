/** Tests of the engine. */
@NullMarked
package org.monostack.driver.libvirt.engine;

import org.jspecify.annotations.NullMarked;
