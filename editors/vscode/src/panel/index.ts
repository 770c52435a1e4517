// What the tests use of the panel without an editor.
export { page, titleOf } from './page';
export { report } from './report';
