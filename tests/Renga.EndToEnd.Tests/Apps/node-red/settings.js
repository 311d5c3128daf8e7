module.exports = {
  uiPort: process.env.PORT,
  flowFile: 'flows.json',
  editorTheme: { page: { title: process.env.TITLE || 'Flows' } },
};
